package hall

// Where each room of the console has its pages, below a school's address.
const (
	GivePath      = "/ressources"
	StandPath     = "/permanente" // below a resource: where a plan becomes a standing assignment
	TakePath      = "/recuperation"
	CrowdPath     = "/populations"
	CrowdPlanPath = CrowdPath + "/plan"
	FamiliesPath  = "/familles"
	SuggestPath   = "/suggestions"
	RulesPath     = "/permanentes"
	HistoryPath   = "/historique"
	DoublesPath   = "/doubles"
	ComparePath   = DoublesPath + "/comparer" // where accounts that were told apart are compared again
	DelegatesPath = "/delegues"
	FilePath      = "/fichier"
	ProgramsPath  = "/programmes"
	livePath      = "/suivre" // the stream that open pages follow
)
