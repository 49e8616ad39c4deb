package notify

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation/local"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/orders"
)

// follower is the name under which notify remembers how far it has read.
const follower = "notify"

// Follow makes notifications of what other areas tell, at most limit facts; call again while it returns limit. What it is about may be gone by
// then: nobody is told of it.
func (s *Service) Follow(ctx context.Context, limit int) (int, error) {
	return s.Store.Follow(ctx, follower, limit, func(ctx context.Context, w Writer, f journal.Fact) error {
		tell := map[string]func(context.Context, Writer, journal.Fact) error{
			orders.OrderSent: s.ordered, orders.OrderAnswered: s.answered, orders.RequestMade: s.requested, orders.RequestAnswer: s.requested,
			orders.AgentAdded: s.agentCame, orders.ClientChanged: s.client, licensing.FactSuggestionChanged: s.suggested,
		}[f.Topic]
		if tell == nil {
			return nil
		}
		if err := tell(ctx, w, f); !fault.Is(err, fault.NotFound) {
			return err
		}
		return nil
	})
}

// ordered tells of an order that was sent, or taken back: its distributor, and who else orders for the school.
func (s *Service) ordered(ctx context.Context, w Writer, f journal.Fact) error {
	o, n, err := s.ofOrder(ctx, w, f)
	if err != nil || o.SentAt.IsZero() { // a quote that was dropped was nobody's but its buyer's
		return err
	}
	agents, err := w.ListAgents(ctx, "", o.Distributor)
	if err != nil {
		return err
	}
	n.Kind = OrderReceived
	if err := s.note(ctx, w, n, agents, ""); err != nil {
		return err
	}
	people, err := w.ListOrderers(ctx, o.School)
	if err != nil {
		return err
	}
	n.Kind = OrderSent
	return s.note(ctx, w, n, people, o.Buyer.Person)
}

// answered tells what a distributor did with an order: its buyer, and who else orders for the school.
func (s *Service) answered(ctx context.Context, w Writer, f journal.Fact) error {
	o, n, err := s.ofOrder(ctx, w, f)
	if err != nil {
		return err
	}
	people, err := w.ListOrderers(ctx, o.School)
	if err != nil {
		return err
	}
	if o.Buyer.Bookseller != "" {
		agents, err := w.ListAgents(ctx, o.Buyer.Bookseller, "")
		if err != nil {
			return err
		}
		people = append(people, agents...)
	}
	n.Kind = OrderAnswered
	if err := s.note(ctx, w, n, people, ""); err != nil || n.About.What != "delivered" && n.About.What != "partly" {
		return err
	}
	return s.delivered(ctx, w, n, o, people)
}

// delivered tells that copies are there to who assigns them, and to whom the order says to tell it: whoever of the school confirmed that
// address, so that nobody is written to who did not ask. Who was told of the answer is not told twice.
func (s *Service) delivered(ctx context.Context, w Writer, n Notification, o orders.Order, told []Person) error {
	people, err := w.ListManagers(ctx, o.School)
	if err != nil {
		return err
	}
	if o.References.Mail != "" {
		named, err := w.ListAddressed(ctx, o.School, o.References.Mail)
		if err != nil {
			return err
		}
		people = append(people, named...)
	}
	n.Kind = OrderDelivered
	return s.note(ctx, w, n, slices.DeleteFunc(people, func(p Person) bool { return slices.Contains(told, p) }), "")
}

// agentCame asks an agent of the trade whether the address that they were let in with is theirs: once they say so, letters go there.
func (s *Service) agentCame(ctx context.Context, w Writer, f journal.Fact) error {
	who := Person{Project: local.Guests, ID: directory.PersonID(f.Subject)}
	address, err := w.FindAgentAddress(ctx, who.ID)
	if err != nil || address == "" || !s.Writes {
		return err
	}
	had, err := w.FindSettings(ctx, who)
	if err != nil || had.Address.Stop != "" { // they gave one themselves meanwhile
		return err
	}
	return s.give(ctx, w, who, address, lang.French)
}

func (s *Service) ofOrder(ctx context.Context, r Reader, f journal.Fact) (orders.Order, Notification, error) {
	var body orders.Happened
	if err := json.Unmarshal(f.Body, &body); err != nil {
		return orders.Order{}, Notification{}, err
	}
	if body.What == "" { // it was told before there were words for it
		return orders.Order{}, Notification{}, fault.New(fault.NotFound, "orders.order.unknown", "value", f.Subject)
	}
	school, err := r.FindSchool(ctx, directory.SchoolID(f.School))
	if err != nil {
		return orders.Order{}, Notification{}, err
	}
	o, err := r.FindOrder(ctx, orders.Key{School: school.ID, ID: orders.OrderID(f.Subject)})
	n := about(f, school)
	n.About.What, n.About.Number = body.What, o.Number
	return o, n, err
}

// requested tells who orders for the school that a teacher asks, and the teacher what was answered. What was taken back is told to nobody.
func (s *Service) requested(ctx context.Context, w Writer, f journal.Fact) error {
	school, err := w.FindSchool(ctx, directory.SchoolID(f.School))
	if err != nil {
		return err
	}
	q, err := w.FindRequest(ctx, school.ID, orders.RequestID(f.Subject))
	if err != nil {
		return err
	}
	n := about(f, school)
	n.About.What, n.About.Title, n.About.N = string(q.State), q.Offer.Title, int64(q.Quantity)
	switch {
	case q.State == orders.Asked:
		people, err := w.ListOrderers(ctx, school.ID)
		if err != nil {
			return err
		}
		n.Kind = RequestMade
		return s.note(ctx, w, n, people, q.Teacher)
	case q.State == orders.Withdrawn:
		return nil
	}
	n.Kind = RequestAnswered
	return s.adult(ctx, w, n, q.Teacher, q.By)
}

// client tells who orders for a school of a bookseller that asks or leaves, and the bookseller what the school says.
func (s *Service) client(ctx context.Context, w Writer, f journal.Fact) error {
	var body orders.ClientMoved
	if err := json.Unmarshal(f.Body, &body); err != nil {
		return err
	}
	school, err := w.FindSchool(ctx, directory.SchoolID(f.School))
	if err != nil {
		return err
	}
	c, err := w.FindClient(ctx, school.ID, orders.BooksellerID(f.Subject))
	if err != nil {
		return err
	}
	n := about(f, school)
	n.About.What, n.About.House = string(body.State), c.Bookseller.Name
	if body.BySchool {
		agents, err := w.ListAgents(ctx, c.Bookseller.ID, "")
		if err != nil {
			return err
		}
		n.Kind = ClientAnswered
		return s.note(ctx, w, n, agents, "")
	}
	people, err := w.ListOrderers(ctx, school.ID)
	if err != nil {
		return err
	}
	n.Kind = ClientAsked
	return s.note(ctx, w, n, people, "")
}

// suggested tells a school's managers that a teacher suggests something, and the teacher what was answered.
func (s *Service) suggested(ctx context.Context, w Writer, f journal.Fact) error {
	school, err := w.FindSchool(ctx, directory.SchoolID(f.School))
	if err != nil {
		return err
	}
	found, err := w.FindSuggestions(ctx, school.ID, []licensing.SuggestionID{licensing.SuggestionID(f.Subject)})
	if err != nil || len(found) == 0 {
		return err
	}
	is := found[0]
	titles, err := w.Titles(ctx, []catalogue.ResourceID{is.Resource})
	if err != nil {
		return err
	}
	n := about(f, school)
	n.About.What, n.About.Title = string(is.State), titles[is.Resource]
	switch is.State {
	case licensing.Suggested:
		managers, err := w.ListManagers(ctx, school.ID)
		if err != nil {
			return err
		}
		n.Kind = SuggestionMade
		return s.note(ctx, w, n, managers, is.Teacher)
	case licensing.Withdrawn:
		return nil
	}
	n.Kind = SuggestionAnswered
	return s.adult(ctx, w, n, is.Teacher, is.By)
}

// adult tells one person of a school, unless it was they who did it.
func (s *Service) adult(ctx context.Context, w Writer, n Notification, person, by directory.PersonID) error {
	who, err := w.FindAdult(ctx, n.School, person)
	if err != nil {
		return err
	}
	return s.note(ctx, w, n, []Person{who}, by)
}

// about begins a notification of a fact of a school.
func about(f journal.Fact, school directory.School) Notification {
	return Notification{School: school.ID, Subject: f.Subject, About: About{UAI: school.UAI, School: school.Name}}
}

// note writes a notification to each of some persons but one, and the letters that are to tell it, and tells open pages.
func (s *Service) note(ctx context.Context, w Writer, n Notification, people []Person, but directory.PersonID) error {
	told := map[Person]bool{}
	for _, p := range people {
		if p.ID == but || told[p] {
			continue
		}
		told[p] = true
		n.Person, n.ID, n.At = p, NotificationID(s.IDs.New()), w.Now()
		var err error
		if n.Letter, err = s.letter(ctx, w, n); err != nil {
			return err
		}
		if err := w.AddNotification(ctx, n); err != nil {
			return err
		}
	}
	if len(told) == 0 {
		return nil
	}
	return w.Tell(ctx, journal.Fact{Topic: FactNoticed, School: string(n.School)}, nil)
}

// letter is the letter that is to tell a notification: one of its own, or the next morning's; "" where its reader wants none, or has no address
// that they confirmed.
func (s *Service) letter(ctx context.Context, w Writer, n Notification) (LetterID, error) {
	if !s.Writes {
		return "", nil
	}
	wants, err := w.FindSettings(ctx, n.Person)
	if err != nil || wants.Address.Mail == "" {
		return "", err
	}
	l := Letter{Person: n.Person, ID: LetterID(s.IDs.New()), Kind: OneNotification, State: Waiting, Due: w.Now(), Made: w.Now()}
	switch wants.Cadence(n.Kind) {
	case Never:
		return "", nil
	case Daily:
		begun, err := w.FindDigest(ctx, n.Person)
		if !fault.Is(err, fault.NotFound) {
			return begun, err
		}
		l.Kind, l.Due = Digest, morning(w.Now(), zoneOf(n.About.UAI))
	}
	return l.ID, w.AddLetter(ctx, l)
}

// zoneOf is the zone of a school, metropolitan France's for "".
func zoneOf(uai directory.UAI) *time.Location { return clock.ZoneOfUAI(string(uai)) }
