package catalogue

import (
	"context"

	"pupitre/internal/fault"
	"pupitre/internal/id"
)

// Service is the catalogue's use cases. Build it as a literal; all its named fields are needed.
type Service struct {
	Store Store
	IDs   *id.Maker

	index searching
}

// FindResource returns a resource by our id; NotFound (catalogue.resource.unknown) if there is none.
func (s *Service) FindResource(ctx context.Context, id ResourceID) (found Resource, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		found, err = r.FindResource(ctx, id)
		return err
	})
	return found, err
}

// FindByARK returns a resource by its ARK; NotFound (catalogue.resource.unknown) if there is none.
func (s *Service) FindByARK(ctx context.Context, ark ARK) (found Resource, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		found, err = r.FindByARK(ctx, ark)
		return err
	})
	return found, err
}

// FindByAddress returns a publisher's resource by its own address (LaunchURL); NotFound if none of theirs is there.
func (s *Service) FindByAddress(ctx context.Context, publisher PublisherID, address string) (found Resource, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		found, err = r.FindByAddress(ctx, publisher, address)
		return err
	})
	return found, err
}

// ListResources returns the resources that have these ids, in the order of the ids. Ids that name nothing are left out.
func (s *Service) ListResources(ctx context.Context, ids ...ResourceID) (list []Resource, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		list, err = r.ListResources(ctx, ids)
		return err
	})
	return list, err
}

// Find narrows a list of the catalogue; zero fields let everything through.
type Find struct {
	Publisher PublisherID
	Family    ResourceID // the members of this mother
	Hidden    bool       // also what is not « affichable »
	After     string     // Key of the last resource of the page before, "" for the first page
	Limit     int        // 1 to 1000; 0 reads as 200
}

// List returns a page of the catalogue, by title.
func (s *Service) List(ctx context.Context, f Find) (list []Resource, err error) {
	const usual, most = 200, 1000
	if f.Limit == 0 {
		f.Limit = usual
	}
	if f.Limit < 0 || f.Limit > most {
		return nil, fault.New(fault.Invalid, "catalogue.list.limit", "most", most)
	}
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		list, err = r.List(ctx, f)
		return err
	})
	return list, err
}

// ListOfPublisher returns a publisher's resources by title, hidden ones too, at most 1000.
func (s *Service) ListOfPublisher(ctx context.Context, publisher PublisherID) ([]Resource, error) {
	return s.List(ctx, Find{Publisher: publisher, Hidden: true, Limit: 1000})
}

// ListMembers returns the resources that belong to a mother of family, by title, hidden ones too, at most 1000.
func (s *Service) ListMembers(ctx context.Context, mother ResourceID) ([]Resource, error) {
	if mother == "" {
		return nil, nil
	}
	return s.List(ctx, Find{Family: mother, Hidden: true, Limit: 1000})
}

// FindPublisher returns a publisher by our id; NotFound (catalogue.publisher.unknown) if there is none.
func (s *Service) FindPublisher(ctx context.Context, id PublisherID) (found Publisher, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		found, err = r.FindPublisher(ctx, id)
		return err
	})
	return found, err
}

// FindPublisherByNumber returns a publisher by its SIREN_ISNI; NotFound (catalogue.publisher.unknown) if there is none.
func (s *Service) FindPublisherByNumber(ctx context.Context, official string) (found Publisher, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		found, err = r.FindPublisherByNumber(ctx, official)
		return err
	})
	return found, err
}

// ListPublishers returns every publisher, by name.
func (s *Service) ListPublishers(ctx context.Context) (list []Publisher, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		list, err = r.ListPublishers(ctx)
		return err
	})
	return list, err
}

// Version is one notice of a resource as it came in.
type Version struct {
	Hash string // SHA-256 of Body, in hexadecimal
	File string
	Body []byte
}

// Notice returns the notice that a resource is described by now, as it came in.
func (s *Service) Notice(ctx context.Context, id ResourceID) (v Version, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		v, err = r.Notice(ctx, id)
		return err
	})
	return v, err
}
