package web

import (
	"net/http"
	"strings"

	"pupitre/internal/look"
)

const signOutPath = "/deconnexion"

// frame fills the masthead from what the request already knows: it asks nobody, for it also frames failures.
func frame(r *http.Request, s *look.Shell) {
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
	here := reader.School()
	s.School = &look.School{Code: string(here.UAI), Name: here.Name, Town: here.Town}
	if len(reader.Places) > 1 {
		s.School.Href = PlacesPath
	}
	s.Area = s.T("web.space.desk")
	if console {
		s.Area, s.Who.Role, s.Home = s.T("web.space.console"), s.T("web.role.manager"), ConsolePath
	} else {
		s.Nav = []look.Link{
			{Text: s.T("web.nav.desk"), Href: DeskPath, Current: r.URL.Path == DeskPath},
			{Text: s.T("web.nav.journal"), Href: JournalPath, Current: strings.HasPrefix(r.URL.Path, JournalPath)},
		}
		if !reader.IsPupil() {
			s.Nav = append(s.Nav, look.Link{Text: s.T("browse.title"), Href: CataloguePath, Current: strings.HasPrefix(r.URL.Path, CataloguePath)})
		}
		if reader.Books {
			s.Nav = append(s.Nav, look.Link{Text: s.T("web.nav.classes"), Href: ClassesPath, Current: strings.HasPrefix(r.URL.Path, ClassesPath)})
		}
	}
	if reader.Teaches() && !console {
		s.Nav = append(s.Nav, look.Link{Text: s.T("web.nav.suggest"), Href: SuggestPath, Current: strings.HasPrefix(r.URL.Path, SuggestPath)})
	}
	if reader.Heads && !console {
		s.Nav = append(s.Nav, look.Link{Text: s.T("web.nav.head"), Href: HeadPath, Current: strings.HasPrefix(r.URL.Path, HeadPath)})
	}
	if reader.Issues && !console {
		s.Nav = append(s.Nav, look.Link{Text: s.T("local.slips.title"), Href: AccountsPath, Current: strings.HasPrefix(r.URL.Path, AccountsPath)})
	}
	if console && len(reader.Manages) == 0 {
		s.Who.Role = s.T("web.role.delegate")
	}
	if len(reader.Assigns()) > 0 {
		s.Spaces = []look.Space{
			{Name: s.T("web.space.desk"), Note: s.T("web.space.desk.note"), Href: DeskPath, Icon: "book-open", Current: !console},
			{Name: s.T("web.space.console"), Note: s.T("web.space.console.note"), Href: ConsolePath, Icon: "clipboard-list", Current: console},
		}
	}
}
