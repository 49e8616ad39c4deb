package look

import (
	"fmt"
	"html/template"
	"regexp"
)

// iconNames are the symbols of the sprite.
var iconNames = func() map[string]bool {
	sprite, err := bundles.ReadFile("dist/icons.svg")
	if err != nil {
		panic(err) // embedded: it is there, or the program was not built
	}
	names := map[string]bool{}
	for _, m := range regexp.MustCompile(`<symbol id="([^"]+)"`).FindAllSubmatch(sprite, -1) {
		names[string(m[1])] = true
	}
	return names
}()

// meter draws a share of 0 to 100 as a bar: tone is "", "sel", "bad", "ok" or "soon". Its figure is written beside it.
// The width is an attribute, not a style: a page may hold no style.
func meter(percent int, tone string) template.HTML {
	return template.HTML(fmt.Sprintf(`<span class="meter" aria-hidden="true"><svg class="%s" width="%d%%"></svg></span>`,
		template.HTMLEscapeString(tone), within(percent)))
}

// ring draws a share of 0 to 100 as a ring with its figure inside, green once done.
func ring(percent int, done bool) template.HTML {
	class, arc := "ring", ""
	if done {
		class = "ring done"
	}
	if percent = within(percent); percent > 0 { // a round cap would show a dot for nothing
		arc = fmt.Sprintf(`<circle class="fg" cx="18" cy="18" r="15.9" stroke-dasharray="%d 100"/>`, percent)
	}
	return template.HTML(fmt.Sprintf(`<span class="%s"><svg viewBox="0 0 36 36" aria-hidden="true"><circle class="bg" cx="18" cy="18" r="15.9"/>%s</svg><span>%d&nbsp;%%</span></span>`,
		class, arc, percent))
}

func within(percent int) int { return max(0, min(100, percent)) }
