package provision

import "pupitre/directory"

// The two namespaces. They, not the file's name, say which grammar a document follows.
const (
	space2D = "http://data.education.fr/ns/gar"
	space1D = "http://data.education.fr/ns/gar/1d"
	spaceXS = "http://www.w3.org/2001/XMLSchema-instance"
)

// kind is a sort of record. The order is that of a school's records once sorted.
type kind uint8

const (
	aSchool kind = iota + 1
	aCourse
	aSubject
	aCohort
	aPupil
	aTeacher
	aManager
	aPersonCourse
	aPupilSubject
	aMembership
	aGroupTeaching
	aClassTeaching
)

// field is a simple element, wherever it stands in a record.
type field uint8

const (
	fNone field = iota
	fPerson
	fUAI
	fProfileUAI
	fProfile
	fSecondary
	fBirthName
	fFamily
	fGiven
	fOtherGiven
	fCivility
	fAttached // the administrative school, or the course that a course is attached to
	fSchool   // GARPersonEtab, GARRespAffEtab
	fBirth
	fPostUAI
	fPost
	fMail
	fCourse
	fSubject
	fCohort
	fLabel
	fStatus
	fWithin
	fName
	fSeat
	fContract
	fPhone
	fStat11
	fLevel // that the set itself gives

	// Of OneRoster's rows.
	fRowID
	fRowStatus
	fModified
	fOrg
	fCourseID
	fClassID
	fType
	fRole
	fEnabled
	fGrades
	fSubjects
	fTerms
	fFrom
	fUntil
	fChosenGiven
	fChosenFamily
)

// element is one place of a sequence (XSD: xs:sequence): so many, this long, or a sequence of its own.
type element struct {
	name   string
	field  field
	min    int
	many   bool
	length int // characters at most; 0 for a date or a group
	inside []element
}

// record is a child of a root; keys has its key in one document (xs:key).
type record struct {
	kind   kind
	name   string
	inside []element
}

func once(name string, f field, length int) element  { return element{name, f, 1, false, length, nil} }
func maybe(name string, f field, length int) element { return element{name, f, 0, false, length, nil} }
func some(name string, f field, length int) element  { return element{name, f, 1, true, length, nil} }
func any0(name string, f field, length int) element  { return element{name, f, 0, true, length, nil} }

// Lengths of the simple types that come more than once.
const (
	longPerson = 64
	longUAI    = 45
	longCode   = 255
	longName   = 500
)

var (
	uai      = once("GARStructureUAI", fUAI, longUAI)
	person   = once("GARPersonIdentifiant", fPerson, longPerson)
	group    = once("GARGroupeCode", fCohort, longCode)
	birth    = element{"GARPersonDateNaissance", fBirth, 0, false, 0, nil}
	civility = maybe("GARPersonCivilite", fCivility, 30)
)

// identity is GARIdentite followed by what the record adds.
func identity(more ...element) []element {
	return append([]element{
		person,
		{"GARPersonProfils", fNone, 1, true, 0, []element{
			once("GARStructureUAI", fProfileUAI, longUAI), once("GARPersonProfil", fProfile, 31)}},
		maybe("GARPersonIdSecondaire", fSecondary, longCode),
		maybe("GARPersonNomPatro", fBirthName, longName),
		once("GARPersonNom", fFamily, longName),
		once("GARPersonPrenom", fGiven, longName),
		some("GARPersonAutresPrenoms", fOtherGiven, longName),
		civility,
		maybe("GARPersonStructRattach", fAttached, longUAI),
		some("GARPersonEtab", fSchool, longUAI),
		birth,
	}, more...)
}

func posts(groupName, codeName string) element {
	return element{groupName, fNone, 0, true, 0, []element{once("GARStructureUAI", fPostUAI, longUAI), some(codeName, fPost, longCode)}}
}

var (
	pupil   = record{aPupil, "GAREleve", identity()}
	cohort  = record{aCohort, "GARGroupe", []element{group, uai, once("GARGroupeLibelle", fLabel, longCode), once("GARGroupeStatut", fStatus, 31), any0("GARGroupeDivAppartenance", fWithin, longCode)}}
	member  = record{aMembership, "GARPersonGroupe", []element{uai, person, group}}
	manager = record{aManager, "GARRespAff", []element{person, once("GARPersonNom", fFamily, longName), once("GARPersonPrenom", fGiven, longName),
		civility, some("GARPersonMail", fMail, longCode), some("GARRespAffEtab", fSchool, longUAI)}}

	course2D = record{aPersonCourse, "GARPersonMEF", []element{uai, person, once("GARMEFCode", fCourse, longCode)}}
	course1D = record{aPersonCourse, "GARPersonMEFSTAT4", []element{uai, person, once("GARMEFSTAT4Code", fCourse, 4)}}
)

func teaching(k kind, name string) record {
	return record{k, name, []element{uai, person, group, some("GARMatiereCode", fSubject, longCode)}}
}

func school(seat ...element) record {
	inside := append([]element{uai, once("GARStructureNomCourant", fName, longName)}, seat...)
	return record{aSchool, "GAREtab", append(inside, maybe("GARStructureContrat", fContract, 45),
		maybe("GARStructureTelephone", fPhone, 20), maybe("GARStructureEmail", fMail, longCode))}
}

// grammar lists the records of each root, in their order, each from none to any number.
var grammar = map[directory.Degree]map[root][]record{
	directory.SecondDegree: {
		rootSchools: {
			school(maybe("GAREtablissementStructRattachFctl", fSeat, longCode)),
			{aCourse, "GARMEF", []element{uai, once("GARMEFCode", fCourse, longCode), once("GARMEFLibelle", fLabel, longCode),
				maybe("GARMEFRattach", fAttached, longCode), maybe("GARMEFSTAT11", fStat11, longCode)}},
			{aSubject, "GARMatiere", []element{uai, once("GARMatiereCode", fSubject, longCode), once("GARMatiereLibelle", fLabel, longCode)}},
		},
		rootPupils: {pupil, course2D,
			{aPupilSubject, "GAREleveEnseignement", []element{uai, person, once("GARMatiereCode", fSubject, longCode)}}},
		rootTeachers: {
			{aTeacher, "GAREnseignant", identity(posts("GAREnsDisciplinesPostes", "GAREnsDisciplinePosteCode"), any0("GARPersonMail", fMail, longCode))},
			course2D},
		rootGroups:   {cohort, member, teaching(aGroupTeaching, "GAREnsGroupeMatiere"), teaching(aClassTeaching, "GAREnsClasseMatiere")},
		rootManagers: {manager},
	},
	directory.FirstDegree: {
		rootSchools: {school()},
		rootPupils:  {pupil, course1D},
		rootTeachers: {
			{aTeacher, "GAREnseignant", identity(posts("GAREnsSpecialitesPostes", "GAREnsSpecialitePosteCode"))},
			course1D},
		rootGroups:   {cohort, member},
		rootManagers: {manager},
	},
}
