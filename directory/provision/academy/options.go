package academy

import (
	"regexp"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
)

// Options say what to invent. The zero value is the demonstration: two schools of the project A70.
type Options struct {
	Schools  int    // 0 means 2; at most 7,000
	Pupils   int    // of each school beyond the first two; 0 means about 500 (200 in the first degree)
	Seed     uint64 // the same seed invents the same people
	Project  directory.ProjectID
	Degree   directory.Degree // 2D unless said; an academy of the first degree has écoles only, and no cast
	Date     time.Time        // in the files' names, and the day that ages are counted from; the zero time is 1 September 2026
	PerFile  int              // records of a file; 0 means 10,000
	Day      int              // nights since the first archive
	Turnover float64          // share of the pupils whom a night changes, 0 means 0.02
}

// NextDay is the same academy a day later.
func (o Options) NextDay() Options {
	o = o.filled()
	o.Day++
	o.Date = o.Date.AddDate(0, 0, 1)
	return o
}

const mostSchools = 7000

func (o Options) filled() Options {
	if o.Schools == 0 {
		o.Schools = 2
	}
	if o.Project == "" {
		o.Project = "A70"
	}
	if o.Degree == "" {
		o.Degree = directory.SecondDegree
	}
	if o.Pupils == 0 {
		o.Pupils = 500
		if o.Degree == directory.FirstDegree {
			o.Pupils = 200
		}
	}
	if o.Date.IsZero() {
		o.Date = time.Date(2026, time.September, 1, 21, 0, 0, 0, time.UTC)
	}
	if o.PerFile == 0 {
		o.PerFile = 10_000
	}
	if o.Turnover == 0 {
		o.Turnover = 0.02
	}
	return o
}

// projectCode is what the files' names admit.
var projectCode = regexp.MustCompile(`^[A-Za-z0-9]{1,16}$`)

func (o Options) check() error {
	if !projectCode.MatchString(string(o.Project)) {
		return fault.New(fault.Invalid, "provision.academy.project", "project", string(o.Project))
	}
	if o.Schools < 1 || o.Schools > mostSchools {
		return fault.New(fault.Invalid, "provision.academy.schools", "limit", mostSchools)
	}
	return nil
}

// Name is the set's: the archive is Name + ".tar.gz", its checksum Name + ".tar.gz.md5".
func (o Options) Name() string {
	o = o.filled()
	return string(o.Project) + "_GAR-ENT_Complet_" + o.Date.UTC().Format("20060102_150405") + "_" + string(o.Degree)
}
