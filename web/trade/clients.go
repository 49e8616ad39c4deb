package trade

import (
	"net/http"
	"net/url"
	"strings"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/orders"
	"pupitre/orders/trade"
	"pupitre/web"
	"pupitre/web/order"
)

// clientsPage is a bookseller's schools.
type clientsPage struct {
	look.Shell
	Rows  []clientRow
	Ask   string // where a school's number is sent
	Field look.Field
}

type clientRow struct {
	School, UAI, State, Icon string
	Tone                     look.Tone
	Since                    clock.Date
	Orders, Offers, Leave    string
}

var clientStates = map[orders.ClientState]struct {
	icon string
	tone look.Tone
}{orders.ClientAsked: {"hourglass", ""}, orders.ClientAccepted: {"circle-check", look.Green}, orders.ClientEnded: {"ban", ""}}

// showClients shows them; after a refusal with the number that was written, and what is wrong.
func (s *Room) showClients(w http.ResponseWriter, r *http.Request, agent trade.Agent, status int, written string, trouble error) error {
	p := &clientsPage{Shell: s.shell(r, "trade.clients"), Ask: schoolsPath}
	p.Lead = p.T("trade.clients.lead")
	p.Field = look.Field{ID: "uai", Label: p.T("trade.client.uai"), Hint: p.T("trade.client.uai.hint"), Value: written, Required: true}
	if trouble != nil {
		p.Field.Error = said(&p.Shell, trouble)
		p.Problems = []look.Problem{{Field: "uai", Text: p.Field.Error}}
	}
	clients, err := s.Orders.ListClients(r.Context(), agent.Bookseller)
	if err != nil {
		return err
	}
	for _, c := range clients {
		school, err := s.Schools.FindSchool(r.Context(), c.School)
		if err != nil {
			return err
		}
		is := clientStates[c.State]
		row := clientRow{School: school.Name, UAI: string(school.UAI), State: p.T("trade.client." + string(c.State)), Icon: is.icon, Tone: is.tone,
			Since: clock.On(c.Since, clock.ZoneOfUAI(string(school.UAI)))}
		if c.State != orders.ClientEnded {
			row.Leave = schoolPath(c.School) + "/quitter"
		}
		if c.State == orders.ClientAccepted {
			row.Orders = schoolPath(c.School) + "/commandes"
			row.Offers = row.Orders + "/offres"
		}
		p.Rows = append(p.Rows, row)
	}
	return s.clients.Send(w, r, status, p)
}

func schoolPath(id directory.SchoolID) string { return schoolsPath + "/" + url.PathEscape(string(id)) }

// ask proposes the bookseller's services to a school.
func (s *Room) ask(w http.ResponseWriter, r *http.Request, agent trade.Agent) error {
	written := strings.TrimSpace(r.FormValue("uai"))
	uai, err := directory.ParseUAI(written)
	var school directory.School
	if err == nil {
		school, err = s.Schools.FindSchoolByUAI(r.Context(), uai)
	}
	if err == nil {
		err = s.Orders.AskClient(r.Context(), agent.Bookseller, school.ID)
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound) {
		return s.showClients(w, r, agent, http.StatusBadRequest, written, err)
	}
	if err != nil {
		return err
	}
	return s.to(w, r, web.TradePath, "trade.client.sent", "school", school.Label())
}

// leaveSchool ends it.
func (s *Room) leaveSchool(w http.ResponseWriter, r *http.Request, agent trade.Agent) error {
	if err := s.Orders.LeaveClient(r.Context(), agent.Bookseller, directory.SchoolID(r.PathValue("school"))); err != nil {
		return err
	}
	return s.to(w, r, web.TradePath, "trade.client.left")
}

// visit is a bookseller's at the counter of a school that took it; of any other school nothing is told.
func (s *Room) visit(r *http.Request, agent trade.Agent) (order.Visit, error) {
	clients, err := s.Orders.ListClients(r.Context(), agent.Bookseller)
	if err != nil {
		return order.Visit{}, err
	}
	for _, c := range clients {
		if string(c.School) != r.PathValue("school") || c.State != orders.ClientAccepted {
			continue
		}
		school, err := s.Schools.FindSchool(r.Context(), c.School)
		return order.Visit{Buyer: agent.Buyer(), School: school, Base: schoolPath(c.School) + "/commandes"}, err
	}
	return order.Visit{}, fault.New(fault.Denied, "orders.buyer.none")
}
