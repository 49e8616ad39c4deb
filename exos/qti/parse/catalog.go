package parse

import (
	"slices"
	"strings"

	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

// catalogs keeps what the exercise offers for access needs, and says so: a player may not
// give all of it to the pupil yet.
func (b *builder) catalogs(e *element) {
	for _, c := range e.all("catalog") {
		catalog := render.Catalog{ID: c.attr("id")}
		for _, card := range c.all("card") {
			catalog.Cards = append(catalog.Cards, b.cards(card)...)
		}
		b.ex.Tree.Catalogs = append(b.ex.Tree.Catalogs, catalog)
	}
	b.supports(e)
}

// cards reads a card: its content, or one for each of its entries.
func (b *builder) cards(e *element) []render.Card {
	entries := e.all("card-entry")
	if len(entries) == 0 {
		entries = []*element{e}
	}
	var out []render.Card
	for _, entry := range entries {
		c := render.Card{Support: e.attr("support"), Language: entry.attr("xml:lang"), Default: entry.yes("default")}
		if html := entry.child("html-content"); html != nil {
			c.Nodes = b.content(html)
		}
		if file := entry.child("file-href"); file != nil {
			c.Asset = b.fileAsset(file, strings.TrimSpace(file.text()))
		}
		out = append(out, c)
	}
	return out
}

// accessElements reads APIP's form of the same (APIP 1.0, accessibilityInfo): related
// information about pieces of the exercise that are named by id.
func (b *builder) accessElements(e *element) {
	named := func(name string) func(*element) bool { return func(c *element) bool { return c.name == name } }
	b.walk(e, func(access *element) {
		if access.name != "accesselement" {
			return
		}
		catalog := render.Catalog{ID: access.attr("identifier")}
		b.walk(access, func(link *element) {
			if ref := link.attr("qti-link-identifier-ref"); ref != "" {
				catalog.For = append(catalog.For, idPrefix+ref)
			}
		})
		if about := access.find(named("relatedelementinfo")); about != nil {
			for _, support := range about.children() {
				if text := strings.TrimSpace(collapse(support.text())); text != "" {
					catalog.Cards = append(catalog.Cards, render.Card{Support: strings.ReplaceAll(kebab(support.raw), "key-word", "keyword"), Nodes: []render.Node{render.Text(text)}})
				}
			}
		}
		b.ex.Tree.Catalogs = append(b.ex.Tree.Catalogs, catalog)
	})
	b.supports(e)
}

func (b *builder) supports(e *element) {
	var kinds []string
	for _, c := range b.ex.Tree.Catalogs {
		for _, card := range c.Cards {
			if !slices.Contains(kinds, card.Support) {
				kinds = append(kinds, card.Support)
			}
		}
	}
	slices.Sort(kinds)
	b.note(report.AccessKept, e, "supports", clip(strings.Join(kinds, ", ")))
}

// companions says which tools the author wants beside the exercise (qti-companion-materials-info).
func (b *builder) companions(e *element) {
	var kinds []string
	for _, c := range e.children() {
		kinds = append(kinds, c.name)
	}
	b.aside(report.CompanionUnavailable, e, "tools", clip(strings.Join(kinds, ", ")))
}

// checkAccess looks for what those miss who do not see the exercise, or do not use a mouse.
func (b *builder) checkAccess(nodes []render.Node) {
	for _, n := range nodes {
		if n.Kind == render.KindElement && n.Name == "table" && !hasHeader(n.Nodes) {
			b.note(report.TableHeaderMissing, b.root)
		}
		b.checkAccess(n.Nodes)
		if n.Interaction != nil {
			b.checkAccess(n.Interaction.Prompt)
			b.checkAccess(n.Interaction.Content)
		}
	}
}

func hasHeader(nodes []render.Node) bool {
	for _, n := range nodes {
		if n.Name == "th" || hasHeader(n.Nodes) {
			return true
		}
	}
	return false
}
