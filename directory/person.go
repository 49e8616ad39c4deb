package directory

import (
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"slices"
	"strings"

	"pupitre/internal/clock"
)

// PersonID is ours: what ledger and journal keep. It never leaves the broker.
type PersonID string

// Profile (« profil ») is what a person is in one school.
type Profile string

// The profiles that copies are counted by.
const (
	Pupil     Profile = "eleve"
	Teacher   Profile = "enseignant"
	Librarian Profile = "documentaliste"
	Staff     Profile = "autre"
)

// Profiles lists them in the order of the pages.
var Profiles = []Profile{Pupil, Teacher, Librarian, Staff}

// ParseNationalProfile reads GARPersonProfil (National_elv, National_ens, National_doc, and the others of the staff), in any case.
func ParseNationalProfile(s string) (Profile, bool) {
	switch strings.ToLower(s) {
	case "national_elv":
		return Pupil, true
	case "national_ens":
		return Teacher, true
	case "national_doc":
		return Librarian, true
	case "national_dir", "national_evs", "national_eta", "national_col":
		return Staff, true
	}
	return "", false
}

// IsHead reports whether GARPersonProfil says that somebody heads the school (National_dir).
func IsHead(national string) bool { return strings.EqualFold(national, "national_dir") }

// National writes the profile as publishers know it (attribute PRO).
func (p Profile) National() string {
	switch p {
	case Pupil:
		return "National_elv"
	case Teacher:
		return "National_ens"
	case Librarian:
		return "National_doc"
	}
	return "National_dir"
}

// Name is a person's name. It never reaches a log.
type Name struct {
	Family   string
	Given    string
	Civility string // « M. », « Mme » or ""
}

// String writes « Inès Marchal ».
func (n Name) String() string { return strings.TrimSpace(n.Given + " " + n.Family) }

// LogValue hides the name.
func (Name) LogValue() slog.Value { return slog.StringValue("…") }

// Person (« personne ») is an identity of one ENT project.
type Person struct {
	ID       PersonID
	Project  ProjectID
	External string // GARPersonIdentifiant: the portal's identifier, unique within the project
	Name     Name
	Mails    []string // teachers and managers only
}

// Secret is 256 random bits in hexadecimal, made once for each person: the key of their pseudonyms (docs/contracts.md §6).
// Destroying it cuts every pseudonym loose.
type Secret string

// NewSecret makes one.
func NewSecret() Secret {
	var b [32]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return Secret(hex.EncodeToString(b[:]))
}

// LogValue hides the secret.
func (Secret) LogValue() slog.Value { return slog.StringValue("…") }

// Attachment is a person in a school with a profile, for a time.
type Attachment struct {
	School  SchoolID
	Person  PersonID
	Profile Profile
	Level   string   // pupils: « 5e »; "" when unknown
	Courses []string // codes of the courses followed or taught there: MEF (11 characters) in the second degree, MEFSTAT4 in the first
	Since   clock.Date
	Until   clock.Date // zero while the person is there
}

// Present reports whether the person is there now.
func (a Attachment) Present() bool { return a.Until.IsZero() }

// Strongest picks the profile that stands for a person who has several in one school: teacher, pupil, librarian, other.
func Strongest(profiles []Profile) Profile {
	for _, p := range []Profile{Teacher, Pupil, Librarian, Staff} {
		if slices.Contains(profiles, p) {
			return p
		}
	}
	return ""
}

// ManagerState tells whether an assignment manager may act.
type ManagerState string

// Managing is who assigns copies in a school, and whether the head has a word in it.
type Managing struct {
	AsksHead bool // the head confirms the managers whom the portal names from now on
	Managers []AssignmentManager
}

// Waiting counts the managers who wait for the head's word.
func (m Managing) Waiting() int {
	n := 0
	for _, one := range m.Managers {
		if one.State == ManagerNamed {
			n++
		}
	}
	return n
}

// A manager named by the portal's file is at once confirmed unless the school asks for the head's word.
const (
	ManagerNamed     ManagerState = "named"     // waits for the head
	ManagerConfirmed ManagerState = "confirmed" // may assign
)

// AssignmentManager (« responsable d'affectation ») may give and take copies in a school.
type AssignmentManager struct {
	School SchoolID
	Person PersonID
	State  ManagerState
}
