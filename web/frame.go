package web

import (
	"net/http"
	"strings"

	"pupitre/internal/look"
)

const signOutPath = "/deconnexion"

// frame fills the masthead from what the request already knows: it asks nobody, for it also frames failures.
func frame(r *http.Request, s *look.Shell) {
	if seat, ok := r.Context().Value(seatKey{}).(*seat); ok && seat.frame != nil {
		seat.frame(r, s)
		return
	}
	reader := readerOf(r)
	if reader == nil {
		return
	}
	console := strings.HasPrefix(r.URL.Path, ConsolePath) && len(reader.Assigns()) > 0
	s.Airy, s.Pupil = reader.IsPupil(), reader.IsPupil()
	s.Who = &look.Who{Name: reader.Person.Name.String(), Role: reader.role(s), Initials: reader.initials(), SignOut: signOutPath}
	if reader.Local {
		s.Who.Own = look.Link{Text: s.T("local.own.title"), Href: OwnPath, Current: strings.HasPrefix(r.URL.Path, OwnPath)}
	}
	if reader.Bell.Href != "" {
		s.Bell = Ring(r, s, reader.Bell.New, NotificationsPath)
	}
	here := reader.School()
	s.School = &look.School{Code: string(here.UAI), Name: here.Name, Town: here.Town}
	if len(reader.Places) > 1 {
		s.School.Href = PlacesPath
	}
	s.Area = s.T("web.space.desk")
	browsing := strings.HasPrefix(r.URL.Path, CataloguePath)
	buying := (browsing || strings.HasPrefix(r.URL.Path, OrdersPath)) && reader.Office.MayOrder()
	switch {
	case console:
		s.Area, s.Who.Role, s.Home = s.T("web.space.console"), s.T("web.role.manager"), ConsolePath
		if len(reader.Manages) == 0 {
			s.Who.Role = s.T("web.role.delegate")
		}
	case buying:
		s.Area, s.Who.Role, s.Home = s.T("web.space.orders"), s.T("web.role.buyer"), OrdersPath
		s.Nav = []look.Link{{Text: s.T("browse.title"), Href: CataloguePath, Current: browsing}}
		for _, part := range []look.Link{
			{Text: "web.order.offers", Href: OrdersPath + "/offres"}, {Text: "web.order.basket", Href: OrdersPath + "/panier"},
			{Text: "web.order.list", Href: OrdersPath}, {Text: "web.order.requests", Href: OrdersPath + "/demandes"}, {Text: "web.order.people", Href: OrdersPath + "/qui"},
		} {
			s.Nav = append(s.Nav, look.Link{Text: s.T(part.Text), Href: part.Href, Current: r.URL.Path == part.Href})
		}
	default:
		s.Nav = deskNav(r, s, reader)
	}
	s.Spaces = spaces(s, reader, console, buying)
}

// Ring is the bell of a masthead: so many notifications are new, and their page is there.
func Ring(r *http.Request, s *look.Shell, n int, path string) *look.Bell {
	b := &look.Bell{Href: path, Label: s.T("notify.bell"), New: n, Current: r.URL.Path == path}
	if n > 0 {
		b.Label = s.T("notify.bell.new", "n", n)
	}
	return b
}

// deskNav is the menu of the Médiacentre.
func deskNav(r *http.Request, s *look.Shell, reader *Reader) []look.Link {
	nav := []look.Link{{Text: s.T("web.nav.desk"), Href: DeskPath, Current: r.URL.Path == DeskPath}}
	for _, part := range []struct {
		shown     bool
		key, path string
	}{
		{true, "web.nav.journal", JournalPath},
		{!reader.IsPupil(), "browse.title", CataloguePath},
		{reader.Books, "web.nav.classes", ClassesPath},
		{reader.Teaches(), "web.nav.suggest", SuggestPath},
		{reader.Office.Teaches && !reader.Office.MayOrder(), "web.nav.orders", OrdersPath + "/demandes"},
		{reader.Heads, "web.nav.head", HeadPath},
		{reader.Heads, "usage.title", UsagePath},
		{reader.Issues, "local.slips.title", AccountsPath},
	} {
		if part.shown {
			nav = append(nav, look.Link{Text: s.T(part.key), Href: part.path, Current: strings.HasPrefix(r.URL.Path, part.path)})
		}
	}
	return nav
}

// spaces are the entries of the switcher, where there is more than one.
func spaces(s *look.Shell, reader *Reader, console, buying bool) []look.Space {
	all := []look.Space{{Name: s.T("web.space.desk"), Note: s.T("web.space.desk.note"), Href: DeskPath, Icon: "book-open", Current: !console && !buying}}
	if len(reader.Assigns()) > 0 {
		all = append(all, look.Space{Name: s.T("web.space.console"), Note: s.T("web.space.console.note"), Href: ConsolePath, Icon: "clipboard-list", Current: console})
	}
	if reader.Office.MayOrder() {
		all = append(all, look.Space{Name: s.T("web.space.orders"), Note: s.T("web.space.orders.note"), Href: OrdersPath, Icon: "shopping-basket", Current: buying})
	}
	if len(all) == 1 {
		return nil
	}
	return all
}
