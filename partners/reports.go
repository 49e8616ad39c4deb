package partners

import (
	"context"
	"encoding/json"
	"io"
	"iter"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/licensing"
)

// Movements is what the reports' door asks of licensing.
type Movements interface {
	MovementDays(ctx context.Context, distributor string, from, until clock.Date, zone *time.Location) ([]clock.Date, error)
	Movements(ctx context.Context, distributor string, from, until time.Time, write func(iter.Seq2[licensing.Movement, error]) error) error
	Given(ctx context.Context, distributor string, write func(iter.Seq2[licensing.Movement, error]) error) error
}

// ReportDoor is the face from which distributors fetch what is assigned of what they sold (« rapports d'affectation »), for the host
// ws-rapports-affectation.… (gar-protocol §1.9). A report is made when it is asked for; kept is only who has taken which. Build it as a
// literal.
type ReportDoor struct {
	Gate
	Movements Movements

	once sync.Once
	mux  *http.ServeMux

	mu      sync.Mutex
	settled map[PartnerID]*settled
}

// ServeHTTP answers one request.
func (d *ReportDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.once.Do(func() {
		d.JSON = true
		d.mux = http.NewServeMux()
		for pattern, do := range map[string]func(*call) error{
			"GET /rapportsAffectation/{distributor}/{status}": d.list,
			"GET /GAR-Affectations/{distributor}/{report}":    d.fetch,
			"/rapportsAffectation/{distributor}/{status}":     refuseMethod("GET"),
			"/GAR-Affectations/{distributor}/{report}":        refuseMethod("GET"),
			"/": func(*call) error { return errNoRoute },
		} {
			d.mux.Handle(pattern, d.open(ForReports, do))
		}
	})
	d.mux.ServeHTTP(w, r)
}

// listedReport is one line of the list, in the GAR's words.
type listedReport struct {
	Name    string `json:"nomRapport"`
	Created string `json:"dateCreation"`
	Size    int64  `json:"taille"`
	Status  string `json:"statut,omitempty"`
}

// list is GET /rapportsAffectation/{idDistributeurCom}/{statut}: the dated reports of a status by day, then the global one.
func (d *ReportDoor) list(c *call) error {
	if err := d.mine(c); err != nil {
		return err
	}
	status := strings.ToUpper(c.r.PathValue("status"))
	if status != taken && status != notTaken && status != anyTaken {
		return fault.New(fault.Invalid, "partners.report.status", "value", c.r.PathValue("status"))
	}
	all, err := d.dated(c)
	if err != nil {
		return err
	}
	global := Report{}
	if global.Size, err = d.measure(c, global); err != nil {
		return err
	}
	lines := []listedReport{}
	for _, r := range append(all, global) {
		if r.Day.IsZero() || status == anyTaken || status == r.status() {
			lines = append(lines, listedReport{r.Name(), r.made(d.Now()).In(home).Format("02/01/2006"), r.Size, r.status()})
		}
	}
	c.w.Header().Set("Content-Type", jsonType)
	return json.NewEncoder(c.w).Encode(map[string][]listedReport{"rapportsAffectation": lines})
}

// mine refuses another distributor's number.
func (d *ReportDoor) mine(c *call) error {
	if number := c.r.PathValue("distributor"); number != c.partner.Distributor {
		return d.refuse(c, "rapportsAffectation", number)
	}
	return nil
}

// fetch is GET /GAR-Affectations/{idDistributeurCom}/{nomRapport}: the ZIP. It is made on disk first: the database is not kept waiting
// for a slow line, nor a large report in memory.
func (d *ReportDoor) fetch(c *call) error {
	if err := d.mine(c); err != nil {
		return err
	}
	report, err := d.find(c, c.r.PathValue("report"))
	if err != nil {
		return err
	}
	file, err := os.CreateTemp("", "rapport-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if err := d.make(c, report, func() (io.Writer, error) {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		return file, file.Truncate(0)
	}); err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/zip")
	c.w.Header().Set("Content-Disposition", `attachment; filename="`+report.Name()+`"`)
	if err := d.handOver(c, report, file); err != nil {
		// Words would be taken for a part of the file. The broken answer says that it is not whole, and the report is not taken.
		httpx.Event(c.r.Context()).Set("error", err.Error())
		panic(http.ErrAbortHandler)
	}
	return nil
}

// handOver sends a report and keeps that it was taken. The answer's end is sent after that: who has seen it finds the report taken.
func (d *ReportDoor) handOver(c *call, report Report, file io.Reader) error {
	if _, err := io.Copy(c.w, file); err != nil {
		return err
	}
	if err := http.NewResponseController(c.w).Flush(); err != nil {
		return err
	}
	if report.Day.IsZero() || report.Taken || c.r.Method != http.MethodGet {
		return nil
	}
	return d.Partners.TakeReport(c.r.Context(), c.partner.ID, report.Day)
}

// find finds the report of a name.
func (d *ReportDoor) find(c *call, name string) (Report, error) {
	if name == (Report{}).Name() {
		return Report{}, nil
	}
	all, err := d.dated(c)
	if i := slices.IndexFunc(all, func(r Report) bool { return r.Name() == name }); err == nil && i >= 0 {
		return all[i], nil
	}
	if err == nil {
		err = fault.New(fault.NotFound, "partners.report.unknown", "name", name, "own", c.partner.Distributor)
	}
	return Report{}, err
}

// A day is told once it has been over for the time of settling: what began before midnight is written soon after it. Days longer ago than
// listedFor are not listed any more: the global report tells what remained of them.
const (
	settling  = time.Hour
	listedFor = 366
)

// settled are the reports of days that are over. What they tell does not change any more, so their sizes are found once.
type settled struct {
	mu      sync.Mutex
	next    clock.Date // the first day not looked at
	reports []Report
}

// dated lists the reports of days that are over, the oldest first.
func (d *ReportDoor) dated(c *call) ([]Report, error) {
	until := clock.On(d.Now().Add(-settling), home)
	from := until.AddDays(-listedFor)
	all, err := d.settledOf(c.partner.ID).read(d, c, from, until)
	if err != nil {
		return nil, err
	}
	days, err := d.Partners.TakenReports(c.r.Context(), c.partner.ID, from)
	for i := range all {
		all[i].Taken = slices.Contains(days, all[i].Day)
	}
	return all, err
}

func (d *ReportDoor) settledOf(p PartnerID) *settled {
	d.mu.Lock()
	defer d.mu.Unlock()
	s, ok := d.settled[p]
	if !ok {
		s = &settled{}
		if d.settled == nil {
			d.settled = map[PartnerID]*settled{}
		}
		d.settled[p] = s
	}
	return s
}

// read returns a copy of the reports from a day until before another, having looked at the days that are new.
func (s *settled) read(d *ReportDoor, c *call, from, until clock.Date) ([]Report, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reports = slices.DeleteFunc(s.reports, func(r Report) bool { return r.Day.Before(from) })
	if s.next.Before(from) {
		s.next = from
	}
	if s.next.Before(until) {
		days, err := d.Movements.MovementDays(c.r.Context(), c.partner.Distributor, s.next, until, home)
		if err != nil {
			return nil, err
		}
		for _, day := range days {
			r := Report{Day: day}
			if r.Size, err = d.measure(c, r); err != nil {
				return nil, err
			}
			s.reports, s.next = append(s.reports, r), day.AddDays(1)
		}
		s.next = until
	}
	return slices.Clone(s.reports), nil
}

// measure is how many bytes a report's ZIP has.
func (d *ReportDoor) measure(c *call, r Report) (int64, error) {
	var n counter
	err := d.make(c, r, func() (io.Writer, error) {
		n = 0
		return &n, nil
	})
	return int64(n), err
}

// counter counts the bytes written to it.
type counter int64

func (n *counter) Write(p []byte) (int, error) {
	*n += counter(len(p))
	return len(p), nil
}

// make writes a report's ZIP. begin gives an empty place to write to; the transaction may run again, and begins anew then.
func (d *ReportDoor) make(c *call, r Report, begin func() (io.Writer, error)) error {
	made := r.made(d.Now())
	write := func(lines iter.Seq2[licensing.Movement, error]) error {
		to, err := begin()
		if err != nil {
			return err
		}
		return r.pack(to, c.partner.Distributor, made, lines)
	}
	if r.Day.IsZero() {
		return d.Movements.Given(c.r.Context(), c.partner.Distributor, write)
	}
	return d.Movements.Movements(c.r.Context(), c.partner.Distributor, r.Day.Start(home), r.Day.End(home), write)
}

var _ Movements = (*licensing.Service)(nil)
