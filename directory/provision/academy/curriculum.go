package academy

// course is a MEF: a level that is followed, with how many subjects.
type course struct {
	level  string // « 5e »
	code   string // of the class: "5"
	mef    string
	label  string
	stat11 string
	stat4  string // what the first degree sends instead
	age    int    // of its pupils on 1 September, nearly
}

var college = []course{
	{"6e", "6", "10010012110", "6EME", "21110010001", "2111", 11},
	{"5e", "5", "10110001110", "5EME", "21120010001", "2112", 12},
	{"4e", "4", "10210001110", "4EME", "21150010001", "2115", 13},
	{"3e", "3", "10310019110", "3EME", "21160010001", "2116", 14},
}

var lycee = []course{
	{"2de", "2", "20010018110", "2NDE GENERALE ET TECHNOLOGIQUE", "22110010001", "2211", 15},
	{"1re", "1", "20110019110", "1ERE GENERALE", "", "", 16},
	{"Tle", "T", "20210019110", "TERMINALE GENERALE", "", "", 17},
}

var ecole = []course{
	{level: "CP", code: "CP", stat4: "1121", age: 6}, {level: "CE1", code: "CE1", stat4: "1122", age: 7}, {level: "CE2", code: "CE2", stat4: "1123", age: 8},
	{level: "CM1", code: "CM1", stat4: "1124", age: 9}, {level: "CM2", code: "CM2", stat4: "1125", age: 10},
}

// subject is a matière.
type subject struct{ code, label string }

const (
	french = "020700"
	maths  = "061300"
	latin  = "020300"
)

var subjects = []subject{
	{french, "FRANCAIS"}, {maths, "MATHEMATIQUES"}, {"043700", "HISTOIRE-GEOGRAPHIE"}, {"030201", "ANGLAIS LV1"}, {"030602", "ESPAGNOL LV2"},
	{"062900", "SCIENCES DE LA VIE ET DE LA TERRE"}, {"062300", "PHYSIQUE-CHIMIE"}, {"100100", "EDUCATION PHYSIQUE ET SPORTIVE"}, {"090100", "ARTS PLASTIQUES"}, {"080100", "EDUCATION MUSICALE"},
}

// options are taught to groups, across the classes of a level.
var options = []subject{{latin, "LCA LATIN"}, {"030101", "ALLEMAND LV1"}}
