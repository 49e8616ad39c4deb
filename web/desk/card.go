package desk

import (
	"net/url"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/mediacentre"
	"pupitre/web"
)

// AccessPath is the address that opens a resource.
func AccessPath(ark catalogue.ARK) string {
	return (&url.URL{Path: "/acces/" + string(ark)}).EscapedPath()
}

// manyLevels is from how many levels on a card says the first and the last only.
const manyLevels = 3

// card is one resource that the reader holds.
func card(s *look.Shell, reader *web.Reader, c *mediacentre.Card, giver directory.Name) look.Card {
	out := look.Card{
		Cover: web.CoverOf(s, c.Resource), Title: c.Resource.Title,
		By: s.T("mediacentre.by", "publisher", c.Resource.Publisher.Name), Tags: tags(s, c),
	}
	if !c.Openable {
		out.Closed, out.Why = true, s.T("mediacentre.card.future", "start", c.Right.Starts)
		return out
	}
	out.Href, out.Foot = AccessPath(c.Resource.ARK), through(s, reader, c, giver)
	return out
}

func tags(s *look.Shell, c *mediacentre.Card) []look.Tag {
	list := make([]look.Tag, 0, 6)
	if c.Right.Trial {
		list = append(list, look.Tag{Text: s.T("mediacentre.trial"), Tone: look.Amber, Icon: "timer"})
	}
	if text := web.KindName(s, c.Resource.Presentation); text != "" {
		list = append(list, look.Tag{Text: text})
	}
	levels := c.Resource.Levels
	switch n := len(levels); {
	case n >= manyLevels:
		list = append(list, look.Tag{Text: s.T("mediacentre.levels", "first", levels[0].In(s.Locale), "last", levels[n-1].In(s.Locale))})
	default:
		for _, l := range levels {
			list = append(list, look.Tag{Text: l.In(s.Locale)})
		}
	}
	if c.Licensed {
		list = append(list, look.Tag{Text: s.T("mediacentre.licensed"), Icon: "lock"})
	}
	if c.Resource.Offline {
		list = append(list, look.Tag{Text: s.T("mediacentre.offline"), Tone: look.Green, Icon: "wifi-off"})
	}
	return list
}

// through says to whom the resource was given and by whom, and until when: « Donné à la 5e B par Mme Vasseur, jusqu’au 31 août 2027 ».
func through(s *look.Shell, reader *web.Reader, c *mediacentre.Card, giver directory.Name) string {
	say := func(key string, args ...any) string {
		if args = append(args, "end", c.Right.Ends); giver != (directory.Name{}) {
			key, args = key+".by", append(args, "giver", web.Address(giver))
		}
		return s.T(key, args...)
	}
	if c.Open {
		return s.T("mediacentre.through.all")
	}
	switch c.Right.Through.Kind {
	case licensing.Cohort:
		if cohort, ok := reader.Cohort(directory.CohortID(c.Right.Through.ID)); ok && cohort.Kind == directory.Group {
			return say("mediacentre.through.group", "group", cohort.Label)
		} else if ok {
			return say("mediacentre.through.class", "class", cohort.Label)
		}
	case licensing.WholeSchool:
		return say("mediacentre.through." + house(reader.School()))
	}
	if giver != (directory.Name{}) {
		return say("mediacentre.through.person")
	}
	return reader.You(s, "mediacentre.through.person.", "end", c.Right.Ends)
}

// house is the word for a school.
func house(school directory.School) string {
	if kind := school.Kind(); kind != "" {
		return string(kind)
	}
	return "etablissement"
}

// shelves are the families that the reader holds, with the books that they hold of them. A family without a book yet is no shelf.
func shelves(s *look.Shell, desk mediacentre.Desk) []look.Shelf {
	var list []look.Shelf
	for _, shelf := range desk.Shelves {
		if len(shelf.Books) == 0 {
			continue
		}
		one := look.Shelf{ID: "etagere-" + string(shelf.Family.ID), Title: shelf.Family.Title, Note: s.T("mediacentre.shelf.note", "n", len(shelf.Books))}
		for _, book := range shelf.Books {
			b := look.Book{Cover: web.CoverOf(s, book.Resource), Title: book.Resource.Title}
			if book.Openable {
				b.Href = AccessPath(book.Resource.ARK)
			}
			one.Books = append(one.Books, b)
		}
		list = append(list, one)
	}
	return list
}
