package pack

// Limits bound what a package may cost to read. A zero field means the default.
type Limits struct {
	Archive int64 // bytes of the zip itself
	Entries int   // members
	Entry   int64 // bytes of one member, unpacked
	Total   int64 // bytes of all members, unpacked
	Ratio   int64 // unpacked ÷ packed of one member beyond 1 MB

	XML         int64 // bytes of one XML file
	Depth       int   // nested elements
	Elements    int   // elements of one XML file
	Attributes  int   // attributes of one element
	Interaction int   // interactions of one exercise
}

// DefaultLimits suit a publisher's workbook.
func DefaultLimits() Limits {
	return Limits{
		Archive: 200 << 20, Entries: 20_000, Entry: 64 << 20, Total: 200 << 20, Ratio: 200,
		XML: 4 << 20, Depth: 200, Elements: 200_000, Attributes: 256, Interaction: 500,
	}
}

// OrDefault fills zero fields with defaults.
func (l Limits) OrDefault() Limits {
	d := DefaultLimits()
	pick(&l.Archive, d.Archive)
	pick(&l.Entries, d.Entries)
	pick(&l.Entry, d.Entry)
	pick(&l.Total, d.Total)
	pick(&l.Ratio, d.Ratio)
	pick(&l.XML, d.XML)
	pick(&l.Depth, d.Depth)
	pick(&l.Elements, d.Elements)
	pick(&l.Attributes, d.Attributes)
	pick(&l.Interaction, d.Interaction)
	return l
}

func pick[N int | int64](field *N, fallback N) {
	if *field == 0 {
		*field = fallback
	}
}
