package harvest

import (
	"context"

	"pupitre/catalogue"
)

// Aside is a notice that came before the mother of family whom it names, or before the members have left whose family it ends. A source
// lists its records in its own order (ours by their last change): she may be on any page.
type Aside struct {
	Identifier string // of its record
	ARK        catalogue.ARK
	Ends       bool
	Notice     []byte
}

// atOnce is how many of them are read at a time; the catalogue takes notices up to a megabyte.
const atOnce = 50

func asideOf(early []catalogue.Early) (list []Aside) {
	for _, n := range early {
		list = append(list, Aside{n.File, n.Reads.ARK, n.Ends, n.Body})
	}
	return list
}

// finish brings in what was set aside, now that every page is in, those that end a family last. It is all there again for whoever goes on
// after a crash, until all of it has had its turn.
func (s *Service) finish(ctx context.Context, source Source, report *Report) error {
	for _, ends := range []bool{false, true} {
		for after := (Aside{}); ; {
			list, err := s.listAside(ctx, source.ID, ends, after)
			if err != nil {
				return err
			}
			if len(list) == 0 {
				break
			}
			files := make([]catalogue.NoticeFile, 0, len(list))
			for _, a := range list {
				files = append(files, catalogue.NoticeFile{Name: a.Identifier, Body: a.Notice})
			}
			done, err := s.Notices.ImportNotices(ctx, by, files)
			if err != nil {
				return err
			}
			report.add(done)
			if err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error { return w.Met(ctx, source.ID, done.Came) }); err != nil {
				return err
			}
			if err := s.keep(ctx, source, s.Worker, lease); err != nil {
				return err
			}
			after = list[len(list)-1]
		}
	}
	return s.clearAside(ctx, source.ID)
}

func (s *Service) listAside(ctx context.Context, id ID, ends bool, after Aside) (list []Aside, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		list, err = r.ListAside(ctx, id, ends, after, atOnce)
		return err
	})
	return list, err
}

func (s *Service) clearAside(ctx context.Context, id ID) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error { return w.ClearAside(ctx, id) })
}
