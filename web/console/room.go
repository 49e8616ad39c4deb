package console

import (
	"embed"
	"io/fs"
	"time"

	"pupitre/web"
	"pupitre/web/console/batch"
	"pupitre/web/console/delegate"
	"pupitre/web/console/double"
	"pupitre/web/console/errand"
	"pupitre/web/console/family"
	"pupitre/web/console/hall"
	"pupitre/web/console/history"
	"pupitre/web/console/home"
	"pupitre/web/console/population"
	"pupitre/web/console/program"
	"pupitre/web/console/resource"
	"pupitre/web/console/retrieval"
	"pupitre/web/console/rule"
	"pupitre/web/console/suggestion"
)

// Room is the console. Fill it as a struct literal, then Mount it.
type Room struct {
	House       *web.House
	Copies      Copies
	People      hall.People
	Notices     hall.Notices
	Live        hall.Live // nil: open pages do not follow what others do
	Home        home.Dashboard
	Past        Past
	Suggestions suggestion.Suggestions // nil: teachers suggest nothing
	Rules       Rules                  // nil: nothing is given by itself
	Files       batch.Files            // nil: copies come and go by no file
	Programs    program.Programs       // nil: the school's own programs have no way in
	Now         func() time.Time
}

// Copies is what there is to give, who holds it, and the giving. licensing.Service satisfies it.
type Copies interface {
	hall.Copies
	resource.Drafts
	resource.Holders
	batch.Rolls
	delegate.Mandates
}

// Past is what was done, and its undoing. licensing.Service satisfies it.
type Past interface {
	history.Past
	double.Doubles
}

// Rules are the standing assignments of a school, and what ends soon. licensing.Service satisfies it.
type Rules interface {
	rule.Rules
	resource.Standing
	hall.Suspending
}

//go:embed dist
var files embed.FS

// Mount registers the console's pages.
func (c *Room) Mount(mux web.Mux) {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	c.House.Site.Add(dist)
	h := &hall.Hall{House: c.House, Copies: c.Copies, People: c.People, Notices: c.Notices, Live: c.Live, Asked: c.Suggestions, Suspending: c.Rules, Now: c.Now}
	office := errand.Open(h)
	rooms := []interface{ Mount(web.Mux) }{
		h,
		&home.Room{Hall: h, Home: c.Home, Past: c.Past, Files: c.Files},
		&resource.Room{Office: office, Drafts: c.Copies, Holders: c.Copies, Standing: c.Rules},
		&population.Room{Office: office, Drafts: c.Copies},
		&retrieval.Room{Office: office, Rolls: c.Copies},
		&family.Room{Office: office},
		&history.Room{Hall: h, Past: c.Past},
		&double.Room{Hall: h, Doubles: c.Past},
		&delegate.Room{Hall: h, Mandates: c.Copies},
	}
	if c.Suggestions != nil {
		rooms = append(rooms, &suggestion.Room{Hall: h, Suggestions: c.Suggestions})
	}
	if c.Rules != nil {
		rooms = append(rooms, &rule.Room{Hall: h, Rules: c.Rules})
	}
	if c.Files != nil {
		rooms = append(rooms, &batch.Room{Hall: h, Files: c.Files, Rolls: c.Copies, Holders: c.Copies, Programs: c.Programs != nil})
	}
	if c.Programs != nil {
		rooms = append(rooms, &program.Room{Hall: h, Programs: c.Programs})
	}
	for _, room := range rooms {
		room.Mount(mux)
	}
}
