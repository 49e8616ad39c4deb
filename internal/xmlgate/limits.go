package xmlgate

import "math"

// Limits bound what a document may cost. A zero field means its default, a negative one no limit.
type Limits struct {
	Bytes      int64 // of the whole document, in UTF-8: 64 MiB
	Depth      int   // of elements within elements: 64
	Elements   int64 // in the document: 1,000,000
	Attributes int   // of one element, xmlns included: 64
	Name       int   // bytes of a name with its prefix: 256
	Value      int   // bytes of an attribute's value, as written: 64 KiB
	Tag        int   // bytes of a whole start tag: 128 KiB
	Text       int   // bytes of a text, as written, comments and CDATA marks included: 1 MiB

	// Encodings also takes UTF-16 with a byte order mark, and the declared encodings ISO-8859-1, ISO-8859-15 and Windows-1252,
	// turning them into UTF-8. Leave it false where the bytes are signed.
	Encodings bool
}

func (l Limits) filled() Limits {
	fill(&l.Bytes, 64<<20)
	fill(&l.Depth, 64)
	fill(&l.Elements, 1_000_000)
	fill(&l.Attributes, 64)
	fill(&l.Name, 256)
	fill(&l.Value, 64<<10)
	fill(&l.Tag, 128<<10)
	fill(&l.Text, 1<<20)
	return l
}

func fill[N int | int64](field *N, standard N) {
	switch {
	case *field == 0:
		*field = standard
	case *field < 0:
		*field = N(math.MaxInt)
	}
}
