package provision

import (
	"regexp"
	"strconv"

	"pupitre/directory"
)

// root is one of the five documents of a file set.
type root string

const (
	rootSchools  root = "Etab"
	rootPupils   root = "Eleve"
	rootTeachers root = "Enseignant"
	rootGroups   root = "Groupe"
	rootManagers root = "RespAff"
)

var roots = []root{rootSchools, rootPupils, rootTeachers, rootGroups, rootManagers}

// setName is what the files of one set have in common: {idENT}_GAR-ENT_Complet_{date}_{time}[_{degree}].
type setName struct {
	project directory.ProjectID
	stamp   string           // yyyyMMdd_HHmmss
	degree  directory.Degree // "" in the older form of the name
}

// fileName is the name of one file of a set.
type fileName struct {
	setName
	root  root
	index int
	text  string
}

// projectCode is what an ENT project is called by.
var projectCode = regexp.MustCompile(`^[A-Za-z0-9]{1,16}$`)

var (
	filePattern = regexp.MustCompile(`^([A-Za-z0-9]{1,16})_GAR-ENT_Complet_([0-9]{8}_[0-9]{6})(?:_(1D|2D))?_(Etab|Eleve|Enseignant|Groupe|RespAff)_([0-9]{1,9})\.xml$`)
	setPattern  = regexp.MustCompile(`^([A-Za-z0-9]{1,16})_GAR-ENT_Complet_([0-9]{8}_[0-9]{6})(?:_(1D|2D))?\.tar\.gz$`)
	packPattern = regexp.MustCompile(`^([A-Za-z0-9]{1,16})_OneRoster_(bulk|delta)_[0-9]{8}_[0-9]{6}\.zip$`)
)

func parseFileName(s string) (fileName, bool) {
	m := filePattern.FindStringSubmatch(s)
	if m == nil {
		return fileName{}, false
	}
	index, err := strconv.Atoi(m[5])
	return fileName{setName{directory.ProjectID(m[1]), m[2], directory.Degree(m[3])}, root(m[4]), index, s}, err == nil
}

func parseSetName(s string) (setName, bool) {
	m := setPattern.FindStringSubmatch(s)
	if m == nil {
		return setName{}, false
	}
	return setName{directory.ProjectID(m[1]), m[2], directory.Degree(m[3])}, true
}

// prefix writes the common part.
func (n setName) prefix() string {
	s := string(n.project) + "_GAR-ENT_Complet_" + n.stamp
	if n.degree != "" {
		s += "_" + string(n.degree)
	}
	return s
}

// sibling writes the name of another file of the set.
func (n setName) sibling(r root, index int) string {
	digits := strconv.Itoa(index)
	for len(digits) < 4 {
		digits = "0" + digits
	}
	return n.prefix() + "_" + string(r) + "_" + digits + ".xml"
}

// Named is what the name of a set says that a portal delivers.
type Named struct {
	Project directory.ProjectID
	Degree  directory.Degree // of an archive, where it is one
	Mode    string           // of a OneRoster package, bulk or delta; "" of an archive
}

// ParseName reads the name of an archive, A70_GAR-ENT_Complet_20260901_020000_2D.tar.gz, where the degree may be left out, or that
// of a OneRoster package, A70_OneRoster_delta_20260901_020000.zip.
func ParseName(name string) (Named, bool) {
	if m := packPattern.FindStringSubmatch(name); m != nil {
		return Named{Project: directory.ProjectID(m[1]), Mode: m[2]}, true
	}
	n, ok := parseSetName(name)
	return Named{Project: n.project, Degree: n.degree}, ok
}

// Delta reports whether the set says only what has changed.
func (n Named) Delta() bool { return n.Mode == fileDelta }
