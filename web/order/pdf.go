package order

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/orders"
	"pupitre/web"
)

// document answers with a quote or order as a PDF, to be signed, filed, and sent along with an invoice.
func (s *Room) document(w http.ResponseWriter, r *http.Request, v Visit) error {
	o, err := s.Orders.Find(r.Context(), v.Buyer, v.key(r))
	if err != nil {
		return err
	}
	shell := s.House.Site.Shell(r)
	seller, err := s.seller(r, o.Distributor)
	if err != nil {
		return err
	}
	body, err := draw(&shell, v, o, seller)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `inline; filename="`+o.Number+`.pdf"`)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, err = w.Write(body)
	return err
}

// The measures of a sheet, in millimetres: A4, its margins, and the columns of its table.
const (
	margin = 18.0
	width  = 210 - 2*margin
	lineUp = 6.0
)

var widths = [...]float64{92, 18, 32, 32} // they come to width

// sheet draws on a page in the one font that every reader of PDF has, whose signs are those of Windows-1252.
type sheet struct {
	*fpdf.Fpdf
	signs func(string) string
}

// text is what the font can draw: of the spaces that it lacks, the no-break one stands for the narrow.
func (s sheet) text(t string) string { return s.signs(strings.ReplaceAll(t, "\u202f", "\u00a0")) }

func (s sheet) write(style string, size float64, text string) {
	s.SetFont("Helvetica", style, size)
	s.MultiCell(width, size*0.5, s.text(text), "", "L", false)
}

// row draws a line of the table, as high as its first cell needs.
func (s sheet) row(style string, cells ...string) {
	s.SetFont("Helvetica", style, 10)
	parts := s.SplitLines([]byte(s.text(cells[0])), widths[0]-2)
	if s.GetY()+float64(len(parts))*lineUp > 297-margin {
		s.AddPage()
	}
	for i, part := range parts {
		border := ""
		if i == 0 {
			border = "T"
		}
		s.CellFormat(widths[0], lineUp, string(part), border, 0, "L", false, 0, "")
		for k, cell := range cells[1:] {
			if i > 0 {
				cell = ""
			}
			s.CellFormat(widths[k+1], lineUp, s.text(cell), border, 0, "R", false, 0, "")
		}
		s.Ln(lineUp)
	}
}

// pair draws a total at the right.
func (s sheet) pair(style, label, value string) {
	s.SetFont("Helvetica", style, 11)
	s.SetX(margin + widths[0])
	s.CellFormat(widths[1]+widths[2], lineUp+1, s.text(label), "", 0, "R", false, 0, "")
	s.CellFormat(widths[3], lineUp+1, s.text(value), "", 1, "R", false, 0, "")
}

// draw is the sheet. It is the same bytes for the same order: what was filed can be compared.
func draw(p *look.Shell, v Visit, o orders.Order, seller string) ([]byte, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	s := sheet{pdf, pdf.UnicodeTranslatorFromDescriptor("cp1252")}
	kind := p.T("web.order.one")
	if o.State == orders.Quoted {
		kind = p.T("web.order.step.quote")
	}
	title := p.T("web.order.one.number", "what", kind, "number", o.Number)
	pdf.SetTitle(title, true)
	pdf.SetLang(string(p.Locale))
	pdf.SetProducer(p.Product().Name, true)
	pdf.SetCreationDate(o.Made)
	pdf.SetModificationDate(o.Changed)
	pdf.SetCatalogSort(true)
	pdf.SetMargins(margin, margin, margin)
	pdf.SetAutoPageBreak(true, margin)
	pdf.AddPage()

	here := v.School
	s.write("", 10, string(here.UAI)+" : "+here.Name+", "+here.Town)
	pdf.Ln(4)
	s.write("B", 18, title)
	pdf.Ln(2)
	facts := []string{p.T("web.order.pdf.made", "day", v.on(o.Made)), p.T("web.order.pdf.seller", "name", seller, "number", o.Distributor)}
	if o.State == orders.Quoted {
		facts = append(facts, p.T("web.order.until", "until", o.ValidUntil))
	}
	for _, f := range Facts(p, o) {
		facts = append(facts, f.Label+" : "+f.Value)
	}
	for _, fact := range facts {
		s.write("", 11, fact)
	}
	pdf.Ln(6)
	s.row("B", p.T("web.order.resources"), p.T("web.order.quantity"), p.T("web.order.pdf.each"), p.T("web.order.pdf.amount"))
	for _, l := range o.Lines {
		n := l.Ordered - l.Cancelled
		s.row("", l.Title+" – "+web.ForWhom(p, l.Kind, l.Publics)+", "+lineSpan(p, l), lang.Number(p.Locale, int64(n)), money(p, l.Net),
			money(p, orders.Priced{Quantity: n, Net: l.Net}.Amount()))
	}
	pdf.Ln(4)
	total := totalsOf(p, o.Total())
	s.pair("", p.T("web.order.total.net"), total.Net)
	for _, tax := range total.Taxes {
		s.pair("", tax.Rate, tax.Amount)
	}
	s.pair("B", p.T("web.order.total.gross"), total.Gross)
	pdf.Ln(8)
	paid := "web.order.invoice"
	if o.Trial() {
		paid = "web.order.trial.invoice"
	}
	s.write("", 9, p.T(paid))
	if o.State == orders.Quoted {
		pdf.Ln(6)
		s.write("", 11, p.T("web.order.pdf.agreed"))
	}
	var out bytes.Buffer
	err := pdf.Output(&out)
	return out.Bytes(), err
}
