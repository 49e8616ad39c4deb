package parse

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"path"
	"strings"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

// mediaTypes are the kinds of files let through, by extension.
var mediaTypes = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
	".svg": "image/svg+xml", ".avif": "image/avif", ".bmp": "image/bmp",
	".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".wav": "audio/wav", ".m4a": "audio/mp4", ".aac": "audio/aac",
	".mp4": "video/mp4", ".webm": "video/webm", ".ogv": "video/ogg", ".m4v": "video/mp4",
	".vtt": "text/vtt", ".pdf": "application/pdf", ".txt": "text/plain",
}

// media reads img, object, audio, video.
func (b *builder) media(e *element) []render.Node {
	if e.name == "picture" {
		if img := e.find(func(c *element) bool { return c.name == "img" }); img != nil {
			return b.media(img)
		}
		return nil
	}
	if e.name == "object" {
		if nodes, ok := b.page(e); ok {
			return nodes
		}
	}
	a := b.asset(e)
	if e.name != "img" {
		b.captions(e, a)
	}
	if a == nil {
		// The file is not there or not let through: what it would have said remains.
		if alt := e.attr("alt"); e.name == "img" && alt != "" {
			return []render.Node{render.Text(alt)}
		}
		if e.name == "object" {
			return b.content(e)
		}
		return nil
	}
	n := render.Node{Kind: render.KindAsset, Name: kindOf(a.Media), Asset: a, Attrs: b.htmlAttrs(e)}
	if n.Name == "audio" || n.Name == "video" {
		n.Nodes = b.tracks(e)
	}
	return []render.Node{n}
}

// tracks are the captions of a sound or film.
func (b *builder) tracks(e *element) []render.Node {
	var out []render.Node
	for _, c := range e.children() {
		if c.name != "track" {
			continue
		}
		if a := b.fileAsset(c, c.attr("src")); a != nil {
			n := render.Node{Kind: render.KindAsset, Name: "track", Asset: a, Attrs: map[string]string{}}
			for _, name := range []string{"kind", "srclang", "label"} {
				if v, ok := c.lookup(name); ok {
					n.Attrs[name] = v
				}
			}
			out = append(out, n)
		}
	}
	return out
}

// page includes an HTML text of the package, which a browser would show in a frame: the
// same words, cleaned.
func (b *builder) page(e *element) ([]render.Node, bool) {
	href := e.attr("data")
	switch strings.ToLower(path.Ext(strings.SplitN(href, "#", 2)[0])) {
	case ".html", ".htm", ".xhtml":
	default:
		return nil, false
	}
	root := b.documentAs(href, readPage)
	if root == nil {
		return nil, false
	}
	body := root.find(func(c *element) bool { return c.name == "body" })
	if body == nil {
		body = root
	}
	b.nesting++
	defer func() { b.nesting-- }()
	return []render.Node{{Kind: render.KindStimulus, Nodes: b.from(href, body)}}, true
}

func kindOf(media string) string {
	kind, _, _ := strings.Cut(media, "/")
	switch kind {
	case "image":
		return "img"
	case "audio", "video":
		return kind
	}
	return "object"
}

// captions notes sound and film without text tracks.
func (b *builder) captions(e *element, a *render.Asset) {
	if a == nil || kindOf(a.Media) != "audio" && kindOf(a.Media) != "video" {
		return
	}
	if e.find(func(c *element) bool { return c.name == "track" }) == nil {
		b.note(report.CaptionMissing, e, "href", clip(a.Path))
	}
}

// asset is the file that e shows, nil where there is none to show.
func (b *builder) asset(e *element) *render.Asset {
	href := e.attr("src")
	if href == "" {
		href = e.attr("data")
	}
	if href == "" {
		if s := e.find(func(c *element) bool { return c.name == "source" }); s != nil {
			href = s.attr("src")
		}
	}
	a := b.fileAsset(e, href)
	alt, hasAlt := e.lookup("alt")
	if e.name == "object" {
		alt = strings.TrimSpace(collapse(e.text()))
		hasAlt = alt != "" || e.attr("aria-label") != ""
	}
	if isImage := a == nil && e.name == "img" || a != nil && kindOf(a.Media) == "img"; isImage && !hasAlt {
		b.note(report.AltMissing, e, "href", clip(href))
	}
	if a != nil {
		a.Alt = alt
		a.Width, a.Height = pixels(e.attr("width")), pixels(e.attr("height"))
	}
	return a
}

func pixels(text string) int {
	f, ok := program.ParseNumber(strings.TrimSuffix(text, "px"))
	if !ok || f < 0 || f > 100_000 {
		return 0
	}
	return int(f)
}

func (b *builder) fileAsset(e *element, href string) *render.Asset {
	lower := strings.ToLower(href)
	switch {
	case href == "":
		return nil
	case strings.HasPrefix(lower, "data:"):
		return b.dataAsset(e, href)
	case strings.Contains(lower, "://"), strings.HasPrefix(href, "//"):
		b.warn(report.AssetRemote, e, "href", clip(href))
		return nil
	}
	data, at, ok := b.file(href)
	if !ok {
		b.warn(report.AssetMissing, e, "href", clip(href))
		return nil
	}
	media := mediaTypes[strings.ToLower(path.Ext(at))]
	if media == "" {
		b.aside(report.AssetType, e, "href", clip(href))
		return nil
	}
	seen, ok := b.src.Shared.assets[at]
	if !ok {
		seen = look(at, media, data)
		if b.src.Shared.assets == nil {
			b.src.Shared.assets = map[string]seenAsset{}
		}
		b.src.Shared.assets[at] = seen
	}
	return b.keep(e, seen, data)
}

// dataAsset takes a picture written into the XML.
func (b *builder) dataAsset(e *element, href string) *render.Asset {
	head, body, ok := strings.Cut(href[len("data:"):], ",")
	media, isBase64 := strings.CutSuffix(head, ";base64")
	known := media == "image/png" || media == "image/jpeg" || media == "image/gif" || media == "image/webp" || media == "image/svg+xml"
	if !ok || !isBase64 || !known {
		b.aside(report.AssetType, e, "href", clip(href))
		return nil
	}
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(body), ""))
	if err != nil {
		b.aside(report.AssetType, e, "href", clip(href))
		return nil
	}
	return b.keep(e, look("data:"+media, media, data), data)
}

// seenAsset is a file that was looked at.
type seenAsset struct {
	render.Asset
	active bool
}

func look(at, media string, data []byte) seenAsset {
	sum := sha256.Sum256(data)
	return seenAsset{render.Asset{Path: at, SHA256: hex.EncodeToString(sum[:]), Media: media}, media == "image/svg+xml" && activeSVG(data)}
}

func (b *builder) keep(e *element, seen seenAsset, data []byte) *render.Asset {
	a := seen.Asset
	if seen.active {
		b.warn(report.AssetActive, e, "href", clip(a.Path))
	}
	if !b.byHash[a.SHA256] {
		b.byHash[a.SHA256] = true
		b.ex.Assets = append(b.ex.Assets, Asset{Asset: a, Data: data})
	}
	return &a
}

// activeSVG tells whether a picture carries code. As <img> it is inert in any browser; the
// publisher should know all the same.
func activeSVG(data []byte) bool {
	lower := bytes.ToLower(data)
	for _, sign := range []string{"<script", "javascript:", "<foreignobject", " onload", " onclick", "<!entity"} {
		if bytes.Contains(lower, []byte(sign)) {
			return true
		}
	}
	return false
}

// file finds a file of the package by an address relative to the exercise's own.
func (b *builder) file(href string) (data []byte, at string, ok bool) {
	if b.src.Files == nil || href == "" {
		return nil, "", false
	}
	href = strings.ReplaceAll(href, `\`, "/")
	if u, err := url.PathUnescape(href); err == nil {
		href = u
	}
	href, _, _ = strings.Cut(href, "#")
	href, _, _ = strings.Cut(href, "?")
	at = path.Join(path.Dir(b.src.Path), href)
	if strings.HasPrefix(href, "/") {
		at = path.Clean(href[1:])
	}
	data, ok = b.src.Files.File(at)
	return data, at, ok
}

// resolve is the path in the package of an address written in the file beside, which is
// itself addressed from the file at origin.
func resolve(origin, beside, href string) string {
	href = strings.ReplaceAll(href, `\`, "/")
	if u, err := url.PathUnescape(href); err == nil {
		href = u
	}
	if rest, ok := strings.CutPrefix(href, "/"); ok {
		return path.Clean(rest)
	}
	return path.Join(path.Dir(path.Join(path.Dir(origin), beside)), href)
}
