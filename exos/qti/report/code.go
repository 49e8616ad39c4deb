package report

// Code is the stable name of a kind of finding. Codes are never renamed or reused:
// message catalogues, stored reports and publishers' scripts rely on them.
type Code string

// About the package (zip, manifest).
const (
	// PackageUnreadable: not a zip archive, truncated, or a broken member. Params: reason.
	PackageUnreadable Code = "package.unreadable"
	// PackageTooBig: the archive, unpacked, passes a limit. Params: limit, entry.
	PackageTooBig Code = "package.too-big"
	// PackageTooMany: more members than allowed. Params: limit.
	PackageTooMany Code = "package.too-many"
	// PackageBomb: a member unpacks to suspiciously more than its packed size. Params: entry, limit.
	PackageBomb Code = "package.bomb"
	// PackageEntryName: a member's name leaves the folder, is absolute or not a plain name. Params: entry.
	PackageEntryName Code = "package.entry-name"
	// PackageEntryLink: a member is a link or a special file. Params: entry.
	PackageEntryLink Code = "package.entry-link"
	// PackageEntryTwice: two members whose names differ by case only, or not at all. Params: entry, other.
	PackageEntryTwice Code = "package.entry-twice"
	// PackageEntryEncrypted: a member is protected by a password. Params: entry.
	PackageEntryEncrypted Code = "package.entry-encrypted"
	// PackageChecksum: a member is damaged. Params: entry.
	PackageChecksum Code = "package.checksum"
	// ManifestMissing: no imsmanifest.xml; exercises are taken in the order of file names.
	ManifestMissing Code = "manifest.missing"
	// ManifestFolder: imsmanifest.xml is not at the root but in one folder. Params: folder.
	ManifestFolder Code = "manifest.folder"
	// ManifestFileMissing: the manifest names a file that the package lacks. Params: href.
	ManifestFileMissing Code = "manifest.file-missing"
	// ManifestTestMany: several tests in one package; the first names the module, the exercises of the others follow. Params: href.
	ManifestTestMany Code = "manifest.test-many"
	// ManifestItemUnplaced: an exercise that the manifest lists and no test places: it is not in the module. Params: href.
	ManifestItemUnplaced Code = "manifest.item-unplaced"
	// PackageEmpty: no exercise could be read.
	PackageEmpty Code = "package.empty"
)

// About any XML file.
const (
	// XMLEmpty: no element at all.
	XMLEmpty Code = "xml.empty"
	// XMLTruncated: the end of the file comes before the end of its elements.
	XMLTruncated Code = "xml.truncated"
	// XMLBytes: bytes that are not UTF-8, in a file that announces nothing else.
	XMLBytes Code = "xml.bytes"
	// XMLMalformed: not well-formed otherwise. Params: reason, in the parser's own English.
	XMLMalformed Code = "xml.malformed"
	// XMLDoctype: a DOCTYPE or an entity declaration, always refused.
	XMLDoctype Code = "xml.doctype"
	// XMLTooDeep: elements nested beyond the limit. Params: limit.
	XMLTooDeep Code = "xml.too-deep"
	// XMLTooBig: too many bytes, elements or attributes. Params: limit, what.
	XMLTooBig Code = "xml.too-big"
	// XMLEncoding: a character encoding that is not read. Params: encoding.
	XMLEncoding Code = "xml.encoding"
	// XMLNotItem: the root element is no QTI item or test. Params: root.
	XMLNotItem Code = "xml.not-item"
	// VersionConverted: an item of QTI 2.x, converted on the way in.
	VersionConverted Code = "version.converted"
	// VersionUnsupported: a resource in QTI 1, which is not read. Params: href, type.
	VersionUnsupported Code = "version.unsupported"
	// ElementUnknown: an element that QTI does not have at this place; set aside. Params: parent.
	ElementUnknown Code = "element.unknown"
	// IncludeUnresolved: an include that names no readable file of the package. Params: href.
	IncludeUnresolved Code = "include.unresolved"
)

// About variables and the key.
const (
	// IdentifierMissing: an element without its required identifier.
	IdentifierMissing Code = "identifier.missing"
	// VariableTwice: two declarations of one identifier; the first counts. Params: identifier.
	VariableTwice Code = "variable.twice"
	// VariableUndeclared: a rule uses a variable that is not declared; it counts as NULL. Params: identifier.
	VariableUndeclared Code = "variable.undeclared"
	// OutcomeImplicit: a rule sets an outcome that is not declared; it is declared for it. Params: identifier.
	OutcomeImplicit Code = "outcome.implicit"
	// ResponseUndeclared: an interaction is bound to no declared response. Params: identifier.
	ResponseUndeclared Code = "response.undeclared"
	// ResponseShared: two interactions are bound to one response. Params: identifier.
	ResponseShared Code = "response.shared"
	// ResponseUnbound: a response that no interaction sets and no rule computes. Params: identifier.
	ResponseUnbound Code = "response.unbound"
	// ValueInvalid: a literal that is not of its base type; set aside. Params: value, type.
	ValueInvalid Code = "value.invalid"
	// DeclarationInvalid: an unknown base type or cardinality. Params: attribute, value.
	DeclarationInvalid Code = "declaration.invalid"
	// KeyNoSuchChoice: the declared answer is none of the choices: nobody could answer. Params: identifier, response.
	KeyNoSuchChoice Code = "key.no-such-choice"
	// ValueLoose: a value that is not written as the standard has it, and is read all the same. Params: value.
	ValueLoose Code = "value.loose"
	// ValueSplit: several values in one element; each is one. Params: value.
	ValueSplit Code = "value.split"
	// KeySeveral: several values are declared for a response that holds one; the first is the key, any of them is right. Params: response.
	KeySeveral Code = "key.several"
	// KeyTooMany: the declared answer has more parts than the interaction lets one choose. Params: response, max.
	KeyTooMany Code = "key.too-many"
	// KeyMissing: the rules compare with a declared answer that is not there. Params: response.
	KeyMissing Code = "key.missing"
	// KeyBelowMax: the declared answer does not earn the maximum. Params: score, max.
	KeyBelowMax Code = "key.below-max"
	// MaxUnreachable: the exercise declares a maximum that its rules never give; the rules
	// count. Params: max, reachable.
	MaxUnreachable Code = "max.unreachable"
	// KeyWorthNothing: the declared answer earns no point at all.
	KeyWorthNothing Code = "key.worth-nothing"
	// MappingDefault: an answer that the mapping does not know earns points. Params: response, value.
	MappingDefault Code = "mapping.default"
	// MappingKeyUnknown: a mapping line for an identifier that is none of the choices. Params: key, response.
	MappingKeyUnknown Code = "mapping.key-unknown"
	// MappingMissing: a rule maps a response that has no mapping. Params: response.
	MappingMissing Code = "mapping.missing"
	// ToleranceUnknown: a word of data-tolerance that is not known. Params: value.
	ToleranceUnknown Code = "tolerance.unknown"
)

// About rules and expressions.
const (
	// RuleUnknown: a processing rule that QTI does not have; set aside.
	RuleUnknown Code = "rule.unknown"
	// RuleMisplaced: an arm of a condition out of order; set aside.
	RuleMisplaced Code = "rule.misplaced"
	// OperatorUnknown: an expression that QTI does not have; it counts as NULL.
	OperatorUnknown Code = "operator.unknown"
	// OperatorCustom: a custom operator: its code is not run, it counts as NULL. Params: class.
	OperatorCustom Code = "operator.custom"
	// OperatorExtension: not in the standard, understood all the same.
	OperatorExtension Code = "operator.extension"
	// OperatorTestOnly: an operator over the items of a test, inside an item; it counts as NULL.
	OperatorTestOnly Code = "operator.test-only"
	// OperandCount: not the number of operands that the operator takes. Params: got, want.
	OperandCount Code = "operand.count"
	// PatternUnsupported: a pattern that the matcher cannot read; never matches. Params: pattern, reason.
	PatternUnsupported Code = "pattern.unsupported"
	// TemplateUnknown: a response-processing template that is not known. Params: template.
	TemplateUnknown Code = "template.unknown"
	// ProcessingMissing: no response processing: the exercise is not scored by machine.
	ProcessingMissing Code = "processing.missing"
	// ScoreMissing: rules that never set SCORE: the exercise has no mark.
	ScoreMissing Code = "score.missing"
	// ScoreOtherName: no SCORE is set, but one outcome that looks like it. Params: identifier.
	ScoreOtherName Code = "score.other-name"
	// ScoreUnmarkable: the mark hangs on an operator that is not run here: a person gives it.
	ScoreUnmarkable Code = "score.unmarkable"
	// ScoreByHand: a person gives the mark.
	ScoreByHand Code = "score.by-hand"
)

// About what is shown.
const (
	// InteractionUnknown: an interaction that QTI does not have; set aside.
	InteractionUnknown Code = "interaction.unknown"
	// InteractionUnplayable: an interaction that needs a publisher's code; shown, not played. Params: class.
	InteractionUnplayable Code = "interaction.unplayable"
	// InteractionLacks: a publisher's interaction whose program, or part of it, is not in the package; shown, not played. Params:
	// class, lacks.
	InteractionLacks Code = "interaction.lacks"
	// InteractionUndrawn: an interaction that the pupil's page does not draw yet; the exercise is
	// scored, but cannot be answered there. Params: interaction.
	InteractionUndrawn Code = "interaction.undrawn"
	// InteractionNone: nothing to do in this exercise.
	InteractionNone Code = "interaction.none"
	// ChoiceTwice: two choices of one identifier. Params: identifier.
	ChoiceTwice Code = "choice.twice"
	// ContentRemoved: content that is not let through (script, style, form…).
	ContentRemoved Code = "content.removed"
	// ContentUnwrapped: an unknown element whose content is kept.
	ContentUnwrapped Code = "content.unwrapped"
	// AttributeRemoved: an attribute that is not let through (handlers, style, script links). Params: attribute.
	AttributeRemoved Code = "attribute.removed"
	// AttributeUnfollowed: an attribute of an interaction that the pupil's page does not follow; the exercise is done without. Params: attribute, value.
	AttributeUnfollowed Code = "attribute.unfollowed"
	// StyleIgnored: a publisher's style sheet; not applied. Params: href.
	StyleIgnored Code = "style.ignored"
	// AssetMissing: a picture, sound or text that the package lacks. Params: href.
	AssetMissing Code = "asset.missing"
	// AssetRemote: a picture or sound on another site; not loaded. Params: href.
	AssetRemote Code = "asset.remote"
	// AssetType: a file of a kind that is not let through. Params: href.
	AssetType Code = "asset.type"
	// AssetActive: an SVG picture that carries script; it is shown as a still picture. Params: href.
	AssetActive Code = "asset.active"
	// AltMissing: a picture without a text for those who do not see it. Params: href.
	AltMissing Code = "access.alt-missing"
	// CaptionMissing: sound or film without captions. Params: href.
	CaptionMissing Code = "access.caption-missing"
	// LanguageMissing: the exercise does not say its language.
	LanguageMissing Code = "access.language-missing"
	// PromptMissing: an interaction without a prompt.
	PromptMissing Code = "access.prompt-missing"
	// AreaLabelMissing: areas of a picture without words for those who do not see it.
	AreaLabelMissing Code = "access.area-label-missing"
	// TableHeaderMissing: a table whose rows and columns are not named.
	TableHeaderMissing Code = "access.table-header-missing"
	// AccessKept: other forms for access needs, kept with the exercise. Params: supports.
	AccessKept Code = "access.kept"
	// CompanionUnavailable: tools wanted beside the exercise, which are not offered. Params: tools.
	CompanionUnavailable Code = "companion.unavailable"
)

// About tests.
const (
	// TestItemMissing: a section refers to an item that the package lacks. Params: href.
	TestItemMissing Code = "test.item-missing"
	// TestItemUnreadable: a section refers to an item that was refused. Params: href.
	TestItemUnreadable Code = "test.item-unreadable"
	// TestTargetUnknown: a branch to a place that does not exist. Params: target.
	TestTargetUnknown Code = "test.target-unknown"
	// TestAdaptive: a section whose exercises an outside engine chooses; all are taken, in order.
	TestAdaptive Code = "test.adaptive"
	// TestSelection: a draw of more items than the section has. Params: select, size.
	TestSelection Code = "test.selection"
	// TestGiven: a rule of the test that is followed where a teacher gives the module as a test, not where pupils train. Params: rule, places.
	TestGiven Code = "test.given"
	// TestUndelivered: a rule of the test that is not followed anywhere. Params: rule, places.
	TestUndelivered Code = "test.undelivered"
)

// About teachers' formats: GIFT and Moodle's XML.
const (
	// FormatUnknown: neither a package, nor QTI, nor one of the teachers' formats.
	FormatUnknown Code = "format.unknown"
	// FormatLatin: a text that is not UTF-8, read as Windows-1252.
	FormatLatin Code = "format.latin"
	// QuestionTooMany: more questions, or answers of one, than allowed. Params: limit.
	QuestionTooMany Code = "question.too-many"
	// QuestionKind: a kind of question that has no equal here; the question is set aside. Params: kind.
	QuestionKind Code = "question.kind"
	// QuestionBraces: a brace that opens the answers and none that ends them, or the other way round.
	QuestionBraces Code = "question.braces"
	// QuestionSecond: braces after the answers: they are words. Params: text.
	QuestionSecond Code = "question.second"
	// QuestionAnswers: fewer answers than such a question needs. Params: got, want.
	QuestionAnswers Code = "question.answers"
	// QuestionPair: a line of a matching that is no pair. Params: text.
	QuestionPair Code = "question.pair"
	// QuestionNumber: what should be a number is none. Params: text.
	QuestionNumber Code = "question.number"
	// QuestionCloze: an embedded answer that cannot be read. Params: text.
	QuestionCloze Code = "question.cloze"
	// QuestionFormula: a formula that cannot be computed; the question is set aside. Params: text.
	QuestionFormula Code = "question.formula"
	// QuestionTex: a formula in TeX, shown as it was typed.
	QuestionTex Code = "question.tex"
	// QuestionLanguage: the format has no word for the language of its texts.
	QuestionLanguage Code = "question.language"
	// QuestionPenalty: what a second try costs is not kept.
	QuestionPenalty Code = "question.penalty"
	// QuestionTags: tags are kept as skills. Params: tags.
	QuestionTags Code = "question.tags"
	// QuestionUnit: a unit that multiplies, or that is marked; it is not accepted. Params: unit.
	QuestionUnit Code = "question.unit"
	// QuestionGrading: a way of marking that has no equal; another is taken. Params: method.
	QuestionGrading Code = "question.grading"
	// QuestionZones: places to find on a picture, which the pupil will see.
	QuestionZones Code = "question.zones"
	// QuestionAttachment: files that a pupil would hand in are not asked for.
	QuestionAttachment Code = "question.attachment"
	// QuestionFile: a file written into the question that cannot be read; set aside. Params: href.
	QuestionFile Code = "question.file"
	// QuestionPicture: the picture of the question is missing or cannot be read; the question is set aside. Params: href.
	QuestionPicture Code = "question.picture"
	// QuestionCategory: what a category says of itself is not kept. Params: category.
	QuestionCategory Code = "question.category"
)

// About what is written for others.
const (
	// ExportKind: an exercise that the format cannot say; left out. Params: kind.
	ExportKind Code = "export.kind"
	// ExportMarks: an exercise whose marks the format cannot say; left out.
	ExportMarks Code = "export.marks"
	// ExportDraws: an exercise whose data change from pupil to pupil; left out.
	ExportDraws Code = "export.draws"
	// ExportSteps: an exercise in several steps; left out.
	ExportSteps Code = "export.steps"
	// ExportParts: an exercise with several places to answer; left out.
	ExportParts Code = "export.parts"
	// ExportCase: capitals count in this exercise, and will not any more.
	ExportCase Code = "export.case"
	// ExportWorth: the exercise counts for more or less than one point, and will count for one. Params: max.
	ExportWorth Code = "export.worth"
	// ExportFile: a picture or sound that the format cannot hold. Params: href.
	ExportFile Code = "export.file"
	// ExportHelp: hints, notes for markers and the like are not kept.
	ExportHelp Code = "export.help"
	// ExportRewritten: the exercise is written anew from what was understood of it.
	ExportRewritten Code = "export.rewritten"
)
