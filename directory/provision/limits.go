package provision

// Limits bound what a file set may cost. A zero field means its default.
type Limits struct {
	Entries     int   // files in a set: 50,000
	FileBytes   int64 // of one file, unpacked: 512 MiB
	TotalBytes  int64 // of the set, unpacked: 32 GiB
	Ratio       int64 // unpacked to packed, once 16 MiB are unpacked: 300 (the files of a portal come to about 30)
	SchoolBytes int   // of the records of one school: 64 MiB
	Findings    int   // listed of each rule; the rest is counted: 100
	SortBuffer  int   // bytes sorted in memory before going to disk: 24 MiB

	Dir string // for temporary files: the system's, unless said
}

func (l Limits) filled() Limits {
	fill(&l.Entries, 50_000)
	fill(&l.FileBytes, 512<<20)
	fill(&l.TotalBytes, 32<<30)
	fill(&l.Ratio, 300)
	fill(&l.SchoolBytes, 64<<20)
	fill(&l.Findings, 100)
	fill(&l.SortBuffer, 24<<20)
	return l
}

func fill[N int | int64](field *N, standard N) {
	if *field == 0 {
		*field = standard
	}
}
