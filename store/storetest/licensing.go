package storetest

import (
	"testing"

	"pupitre/internal/db/dbtest"
)

// Licensing runs the rules of subscriptions, plans, copies and access on one engine. The cases share a database and keep to
// their own schools; those that move the clock have a database of their own.
func Licensing(t *testing.T, e dbtest.Engine) {
	w := NewWorld(t, e)
	for _, c := range []struct {
		name string
		run  func(t *testing.T, w *World)
	}{
		{"ASubscriptionOpensAPoolPerSchoolAndPublic", opensPools},
		{"AnUnknownSchoolOrResourceIsRefusedWithItsField", unknownIsRefused},
		{"AnIdentifierStandsOnce", standsOnce},
		{"ShrinkingBelowWhatIsAssignedIsRefusedWithTheFigure", shrinking},
		{"WhatCopiesRestOnDoesNotChange", fixedFields},
		{"AnotherDistributorsSubscriptionDoesNotExist", anotherDistributor},
		{"ADeletedSubscriptionClosesAtOnceAndReopensWithItsEntriesEnded", endsAndReopens},
		{"ShorteningIntoThePastClosesAtOnce", shortening},
		{"ASchoolThatJoinsGetsWhatItsNatureHas", joiningSchool},

		{"APlanChangesNothingAndApplyDoesExactlyThat", planThenApply},
		{"APublicThatIsShortIsNotCoveredByAnothers", planByPublic},
		{"APlanThatNoLongerHoldsIsAnsweredWithTheNewOne", stalePlan},
		{"TwoManagersWithStockForBothDoNotBlockEachOther", twoManagers},
		{"ShortOfCopiesTheManagerChooses", shortOfCopies},
		{"WhoIsServedFirstFollowsTheRank", ranks},
		{"WhatBurnsNoCopyIsDrawnFirstThenTheSoonestToExpire", drawOrder},
		{"NobodyGetsASecondCopy", noSecondCopy},
		{"OnlyThePublicIsServed", onlyThePublic},
		{"CountersFollowTheEquations", equations},
		{"ASchoolWideRightTakesInNewcomers", schoolWide},
		{"ACountedSchoolWideRightReachesNewcomersWhileCopiesLast", countedSchoolWide},
		{"WhoHasTheResourceAlreadyTakesNoCountedCopy", countedForWhoHasNone},
		{"ARightSaidTwiceIsGivenOnce", givenOnceSaidTwice},
		{"ReleaseByNameCannotUndoAClassRight", releaseThrough},
		{"ABatchTellsOneFactPerFiveHundred", factsOfABatch},
		{"OnlyTheCopiesAskedForComeBack", onlySome},
		{"AnOpeningBeatsARetrievalOfWhatNobodyOpened", openedMeanwhile},
		{"WhoLeftIsFoundWhereTheWholeSchoolGivesBack", backFromTheGone},
		{"AnOrderForSomeCopiesTakesNoRightFromOthers", onlySomeSchoolWide},
		{"SeveralResourcesAreOneActOrNone", severalResources},
		{"ARightOfTargetsIsToldByTargetsUnlessItsCopiesAreCounted", schoolWideMovements},

		{"ARuleServesNewcomersOutOfItsReserve", ruleServesNewcomers},
		{"WhoWaitsIsServedWhenACopyComesBack", whoWaitsIsServed},
		{"RulesAreServedInTheOrderOfTheirCreation", rulesInTheirOrder},
		{"ARuleThatCannotStandIsRefused", ruleRefusals},
		{"WhoLeavesTheClassKeepsTheCopyUnlessTheRuleSaysOtherwise", ruleKeepsOrGivesBack},
		{"ARuleGivesItsClassWhatTheWholeSchoolLoses", ruleGivesItsClassItsOwn},
		{"TakingBackSuspendsTheRuleThatWouldGiveAgain", takingBackSuspends},
		{"RulesManagersAndNewcomersTogetherNeverOverdraw", rulesTogether},
		{"AnUndoSuspendsTheRuleThatWouldGiveAgain", undoSuspends},
		{"WhatARuleDidByItselfIsNotUndoneWhatItStoppedForIs", undoBesideRules},
		{"GivingDoublesBackStopsNoRule", doublesKeepRules},
		{"CopiesGivenOneByOneLeaveWhatRulesKeepBack", singlesLeaveReserves},
		{"RulesAreCountedAsTheyStand", rulesAreCounted},
		{"CopiesGivenTogetherAreWrittenWhole", singlesAreWrittenWhole},
		{"WhoseCopyEndedIsGivenOneAgainByName", singlesAfterAnEnd},
		{"WhoseCopyEndedIsGivenOneAgainWithTheSchool", schoolAfterAnEnd},

		{"AnUndoTakesBackWhatItsActGaveAndIsHeldStill", undoAssignment},
		{"AnUndoGivesAgainToTheSamePersonsAndCanItselfBeUndone", undoOfUndo},
		{"AnUndoListsWhatCannotComeBack", undoWhatCannot},
		{"AnUndoSaysTheSameOfWhoeverIsGoneWhoeverElseIsThere", undoOfTheGone},
		{"AnUndoThatNoLongerHoldsIsAnsweredWithTheNewPlan", undoChanged},
		{"AnUndoTurnsSchoolWideRights", undoTargets},
		{"AnUndoGivesNobodyASecondCopy", undoOfTwo},
		{"WhatIsNobodysChoiceHereIsNotUndone", undoRefused},
		{"WhatADistributorOpensAgainIsGivenToThoseWhoHadIt", reopening},
		{"AnUndoAndOpeningsAndReleasesAgree", undoAgainstOthers},
		{"AnActIsUndoneOnceHoweverManyPressTheButton", undoTogether},

		{"TheHistoryTellsEveryActAndWhetherItStands", historyOfActs},
		{"TheHistoryOfACopyIsItsLines", historyOfACopy},
		{"WhoHasTwoCopiesGivesOneBack", doubles},
		{"WhoHasACopyBesideARightOfTheSchoolGivesItBack", doublesBesideRights},
		{"TwoAccountsOfOneNameAreLookedAtFirst", doublesOfNamesakes},
		{"NamesakesWhoWereToldApartAreComparedNoMore", namesakesApart},
		{"WhatWasSaidOfTwoPersonsIsInTheHistory", apartInHistory},
		{"TwoAccountsOfOnePersonAreADouble", doublesOfAccounts},
		{"ARuleThatNamesBothAccountsIsStoppedAndTold", doublesStopRules},
		{"WhatAnotherSchoolGivesForAsLongIsADouble", doublesElsewhere},
		{"OfTwoSchoolsThatTakeBackTheSameOneDoes", doublesElsewhereTogether},
		{"AcrossPortalsASecondaryIdentifierAndTheNameTell", doublesAcrossPortals},
		{"ACopyConsumedInASchoolThatWasLeftIsTold", doublesSpent},
		{"WhateverIsUndoneEverybodyKeepsOneRight", doublesAtRandom},

		{"AnAccessIsJournalledWithWhatWasReleased", accessEntry},
		{"ARefusalSaysWhy", refusals},
		{"ACopyThatIsNotTransferableIsConsumedByItsFirstOpening", notTransferable},
		{"ATransferableCopyComesBackWhenever", transferable},
		{"WhoLeavesGivesBackWhatTheyCan", departure},
		{"HoldersArePagedByName", holders},
		{"RightsSayWhereTheyComeFrom", rights},

		{"ASuggestionIsKeptAsItWasMade", suggestionIsKept},
		{"ATeacherSuggestsForTheirOwnClasses", suggestionIsForOwnClasses},
		{"ASuggestionThatCouldGiveNobodyAnythingIsRefusedWithTheReason", suggestionIsOfUse},
		{"SuggestedCountsEachPersonWithoutACopyOnce", suggestedIsCounted},
		{"ATeacherSeesHowManyOfAClassHaveWhat", coverage},
		{"SuggestionsAreAcceptedInOneAct", acceptInOneAct},
		{"ASuggestionShortOfCopiesIsTheManagersChoice", acceptShort},
		{"ASuggestionThatGivesNobodyAnythingAnyMoreIsNotAccepted", acceptFruitless},
		{"OnlyWhatWasSuggestedHereIsAccepted", acceptWhatIsThere},
		{"ASuggestionIsDeclinedWithAReason", declineWithReason},
		{"ATeacherWithdrawsTheirOwn", withdrawOwn},
		{"SuggestionsArePaged", suggestionsArePaged},
		{"TheFamilyIsGivenBesideSuggestions", familyBesideSuggestions},
		{"WhatWhoLeavesSuggestedIsWithdrawn", teacherLeaves},
		{"WhatATeacherWroteIsGivenBackAndErased", suggestionPrivacy},
		{"ASuggestionIsAnsweredOnceHoweverManyAnswer", oneAnswerOnly},
		{"ManagersWhoAcceptTheSameAtOnceDoOneAct", managersAcceptAtOnce},
		{"ASelectionIsKeptForItsManagerAndResource", selectionKept},
		{"WindowsShareASelectionAndTheLateOneIsTold", selectionShared},
		{"AllResultsAreThePersonsOfThatMoment", selectionOfAll},
		{"NobodyOfAnotherSchoolIsSelected", selectionOfOurs},
		{"APopulationIsFilteredCountedAndPaged", population},
		{"WhatIsWeighedIsWhatIsPlanned", weighed},
		{"ASchoolWideRightLeavesNobodyWithout", populationWide},
		{"AFileIsReadAgainstTheRollLineByLine", fileAgainstRoll},
		{"ATargetIsNamedAsPeopleNameIt", rollTargets},
		{"ThousandsMayBeNamedOneByOne", manyNamed},

		{"TheLastCopiesAreNeverOverdrawn", lastCopies},
		{"ACopyGivenToWhoIsLeavingComesBack", givenWhileLeaving},
		{"BatchesOnTheLastCopiesAreWholeOrRefused", lastBatches},
		{"OneIdentifierIsOpenedOnceHoweverManyAskTogether", oneIdentifier},
		{"AnOpeningAndAReleaseAgree", openingAgainstRelease},
		{"TheSchemaItselfRefusesACopyTooMany", schemaGuards},

		{"ADelegateGivesAndTakesWithinTheScope", delegateInScope},
		{"ADelegateGivesWithinTheBudget", delegateBudget},
		{"ARightOfTheWholeSchoolCostsNoBudget", delegateSiteWide},
		{"AMandateEndsByItsDayByAWordOrWithWhoLeaves", delegateOver},
		{"ManagersAndTheHeadNameDelegatesOverWhatTheSchoolHas", delegateTerms},
		{"ABudgetIsNeverPassedHoweverManyActsThereAre", budgetRace},
		{"ABudgetIsExactWhateverIsUndoneAndAccepted", undoRace},
		{"AMandateThatEndsEndsAtOnce", endedMidway},
		{"WhoIsNamedDelegateAndWithinWhatIsOfTheHistory", historyOfDelegates},
		{"WhoIsNamedManagerIsOfTheHistory", historyOfManagers},
		{"ADelegateReadsTheHistoryOfTheScope", delegateHistory},
		{"ARightOfTheWholeSchoolIsOfTheHistoryOfItsClass", delegateHistoryWide},
		{"ADelegateUndoesTheirOwnActsWithinTheBudget", delegateUndo},
		{"ADelegateIsToldTheStockAndTheSuggestionsOfTheScope", delegateStock},
		{"TheUndoOfTakingBackLeavesADelegatesBudgetAsItWas", undoSparesTheBudget},
		{"ADelegateUndoesNothingBeyondTheScope", delegateUndoBeyond},
		{"ADelegateUndoesTheDoublesOfTheScope", delegateDoubles},
		{"ADelegateAnswersTheSuggestionsOfTheScope", delegateSuggestions},
		{"ADelegateMakesNoStandingAssignment", delegateRules},
		{"ToADelegatesProgramTheScopeIsAllThereIs", delegateRoll},
		{"ADelegateSeesThePopulationOfTheScope", populationInScope},
		{"ADelegateSelectsWithinTheScope", selectionInScope},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, w)
		})
	}
	t.Run("AnExpiredSubscriptionClosesAtTheEndOfItsLastDayThere", func(t *testing.T) {
		t.Parallel()
		lastDay(t, NewWorld(t, e))
	})
	t.Run("ARuleIsAskedAboutAgainOnceItsCopiesEnd", func(t *testing.T) {
		t.Parallel()
		contentUntilCopiesEnd(t, NewWorld(t, e))
	})
	t.Run("HoldersComeIntoTheNextPoolWhenTheirsEnds", func(t *testing.T) {
		t.Parallel()
		rolling(t, NewWorld(t, e))
	})
	t.Run("LastYearsHoldersAreNotThisYears", func(t *testing.T) {
		t.Parallel()
		lateStock(t, NewWorld(t, e))
	})
	t.Run("TheDayOnWhichCopiesRunOutIsForetold", func(t *testing.T) {
		t.Parallel()
		outlook(t, NewWorld(t, e))
	})
	t.Run("AnActCanBeUndoneForThirtyDaysThere", func(t *testing.T) {
		t.Parallel()
		undoLate(t, NewWorld(t, e))
		reopeningLate(t, NewWorld(t, e))
	})
	t.Run("ASelectionIsForgottenAfterThirtyDays", func(t *testing.T) {
		t.Parallel()
		selectionExpires(t, NewWorld(t, e))
	})
	t.Run("BatchesAreCarriedOutInTheBackground", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, e) // whoever works takes what waits, of any school
		batches(t, w)
		staleBatch(t, w)
		shortBatch(t, w)
		batchOfADeadWorker(t, w)
		batchOfADelegate(t, w)
		familiesOfADraft(t, w)
	})
	t.Run("WhatIsTooMuchForOneAnswerIsABatch", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, e)
		undertakeMuch(t, w)
		undertakeBack(t, w)
		undertakeOnBudget(t, w)
	})
	t.Run("WhatMovedEachDayAddsUpToWhatIsGiven", func(t *testing.T) {
		t.Parallel()
		movements(t, NewWorld(t, e))
	})
	t.Run("SuggestionsAreKeptForAYear", func(t *testing.T) {
		t.Parallel()
		sweepSuggestions(t, NewWorld(t, e))
	})
	t.Run("AManagerIsToldWhatIsNewSinceTheirLastVisit", func(t *testing.T) {
		t.Parallel()
		news(t, NewWorld(t, e))
	})
	t.Run("CheckFindsWhatIsBroken", func(t *testing.T) {
		t.Parallel()
		checkFinds(t, NewWorld(t, e))
	})
	t.Cleanup(func() { w.Sound(t) })
}
