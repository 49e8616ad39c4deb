package academy

// Given names, as they are heard in a French schoolyard.
var givenNames = []string{
	"Adam", "Adèle", "Aïcha", "Alban", "Alice", "Alix", "Amel", "Aminata", "Anaïs", "Andrea", "Anouk", "Antoine", "Apolline", "Arthur", "Assia", "Augustin",
	"Awa", "Axel", "Basile", "Bintou", "Camille", "Candice", "Célestin", "Chloé", "Clara", "Clément", "Côme", "Coralie", "Cyprien", "Dalia", "Dario", "Diane",
	"Diego", "Djibril", "Edgar", "Élise", "Éléonore", "Elias", "Élodie", "Eloïse", "Emma", "Enzo", "Erwan", "Esther", "Ethan", "Eva", "Fatou", "Félix", "Flora",
	"Gabin", "Gabriel", "Garance", "Gaspard", "Gwenaëlle", "Hana", "Hanaé", "Hector", "Hugo", "Ibrahim", "Ilan", "Ilyès", "Inaya", "Irène", "Iris", "Ismaël", "Jade",
	"Jeanne", "Joachim", "Jonas", "Joseph", "Judith", "Jules", "Kenza", "Khadija", "Kim", "Lan", "Léa", "Léandre", "Lena", "Léon", "Léonie", "Leïla", "Liam", "Lila",
	"Lina", "Lise", "Loan", "Lou", "Louane", "Louis", "Louise", "Luca", "Lucie", "Maëlle", "Maëlys", "Mahé", "Malik", "Manon", "Marceau", "Margaux", "Marius", "Mathis",
	"Mattéo", "Maxence", "Maya", "Mehdi", "Mélissa", "Mila", "Milo", "Mina", "Moussa", "Myriam", "Naël", "Naïm", "Naomi", "Nassim", "Nathan", "Néo", "Nina", "Noa",
	"Noé", "Noémie", "Nour", "Océane", "Olivia", "Ondine", "Oscar", "Pablo", "Paul", "Pauline", "Perrine", "Pia", "Quentin", "Rafael", "Raphaël", "Rayan", "Rokia",
	"Romane", "Romy", "Rose", "Ruben", "Sami", "Samuel", "Sarah", "Salomé", "Selma", "Sékou", "Siham", "Simon", "Sofia", "Solal", "Solène", "Soren", "Stella", "Sven",
	"Tanguy", "Tao", "Telma", "Théo", "Théodore", "Thu", "Tiago", "Tom", "Valentin", "Victoire", "Violette", "Wassim", "Yanis", "Yasmine", "Youna", "Younès", "Zacharie", "Zélie", "Zoé",
}

// Family names of varied origins. Hyphened ones are made of two.
var familyNames = []string{
	"Abgrall", "Adjovi", "Albaret", "Almeida", "Amrani", "Andrieux", "Antunes", "Arnoux", "Auberval", "Azoulay", "Badiane", "Baillargeon", "Balmont", "Barreto", "Bastiani", "Beauvallet",
	"Belaïd", "Belcourt", "Benhamou", "Berrada", "Bertheau", "Bianchini", "Blanquart", "Boisvert", "Bonnardel", "Bouazza", "Boukhari", "Bourdelle", "Brévannes", "Broussard", "Cabanel", "Calvignac",
	"Camara", "Cardoso", "Carvalho", "Casanova", "Cazalis", "Chabrol", "Chastagnier", "Chaumette", "Chérif", "Cissokho", "Claverie", "Coatanéa", "Colonnello", "Corbières", "Cordonnier", "Costargent",
	"Couturier", "Cresson", "Dambreville", "Darmandieu", "Debruyne", "Delattre", "Delorme", "Desmarquet", "Diakité", "Diallo", "Dieng", "Dossou", "Dragovic", "Dubreuil", "Duchêne", "Dufresnoy",
	"El Amine", "Escoffier", "Estrella", "Evrard", "Fabiani", "Falconnet", "Ferreira", "Feuillade", "Fofana", "Fontanel", "Fournival", "Gallois", "Garnault", "Gaudreau", "Gbaguidi", "Genestoux",
	"Gervaise", "Giordano", "Goasdoué", "Gourmelon", "Grandclément", "Guéguen", "Guilhem", "Haddad", "Hamelin", "Hatchadourian", "Hautecœur", "Hernandez", "Hoang", "Hublot", "Ibarra", "Ilunga",
	"Jacquemin", "Jaouen", "Joubert", "Kaboré", "Kacem", "Kassabian", "Keita", "Kervella", "Khelifi", "Kone", "Kowalczyk", "Labrousse", "Lacombe", "Lafargue", "Lagrange", "Lahlou",
	"Lambrecht", "Laroche", "Lavergne", "Lebreuilly", "Le Dantec", "Le Goff", "Legrandin", "Lesueur", "Lévêque", "Linares", "Loiseleur", "Lopes", "Louvel", "Lusitano", "Maillebois", "Makosso",
	"Malinowski", "Mansouri", "Marchetti", "Marquisat", "Martinon", "Massamba", "Mauvoisin", "Mbaye", "Mekki", "Mendonça", "Merlin", "Meziani", "Millereux", "Miquel", "Moncoutant", "Montaigu",
	"Moreno", "Morvan", "Moussaoui", "Nakache", "N’Diaye", "Nguyen", "Nicolini", "Noirot", "Novak", "Oliveira", "Orsini", "Ouedraogo", "Ozanne", "Padovani", "Pagès", "Palanque",
	"Paulhac", "Pelletan", "Péricard", "Petitjean", "Pham", "Piantoni", "Pinheiro", "Plessis", "Poncelet", "Pradelle", "Quéméneur", "Quintana", "Rabemanana", "Rahmani", "Ramonet", "Ravaillon",
	"Razafindra", "Régnault", "Ribeiro", "Rivoire", "Rocheteau", "Rosenthal", "Roussillon", "Saadi", "Sabatier", "Saint-Clair", "Sakho", "Salvatore", "Sangaré", "Santini", "Sauvageot", "Schmitthaler",
	"Sembène", "Serrano", "Silvestre", "Soubeyran", "Szymanski", "Tavarès", "Teixeira", "Thévenot", "Tissandier", "Toulouzou", "Touré", "Traoré", "Trémoulet", "Urrutia", "Vaillancourt", "Valadier",
	"Vandenberghe", "Vasconcelos", "Verdeille", "Vergne", "Vignaud", "Villedieu", "Vuillemin", "Weissmann", "Yacoubi", "Yilmaz", "Zaïdi", "Zanetti", "Zerrouki", "Zielinski",
}

// Names of schools: of trees, winds and places, so that nobody living or dead is borrowed.
var schoolNames = []string{
	"Les Érables", "La Clairière", "Le Val Fleuri", "Les Quatre Vents", "La Pierre Levée", "Les Hautes Terres", "Le Grand Chêne", "La Fontaine aux Loups", "Les Glycines", "L’Étang Vert",
	"Les Alizés", "La Rivière Claire", "Le Pré du Lac", "Les Châtaigniers", "La Tour d’Ardoise", "Le Bois Joli", "Les Amandiers", "La Croisée", "Le Parc aux Daims", "Les Bruyères",
	"La Prairie", "Les Marronniers", "Le Moulin Rouet", "Les Embruns", "La Colline Bleue", "Le Champ de l’Orme", "Les Genêts", "La Vigne Haute", "Le Port Neuf", "Les Peupliers",
}

// Towns that are on no map.
var townNames = []string{
	"Montclairval", "Saint-Ambroise-sur-Lune", "Port-Ardoise", "Villeneuve-des-Saules", "Aubefontaine", "Castelroux-le-Haut", "Rivebelle-en-Forêt", "La Grange-aux-Merles", "Valdoriant", "Brumevent",
	"Sainte-Ondine", "Chantelouvre", "Puy-Lavande", "Les Trois-Ormes", "Marcy-la-Tourbe", "Bellegarenne", "Fontenoise", "Hautecombelle", "Lormont-les-Étangs", "Saint-Gildas-des-Landes-Noires",
	"Vertepierre", "Orval-sur-Brenne", "Mirefleur-le-Vieux", "Clairvallon", "Escaudelle", "Tournemire-les-Vignes", "Ploumarec", "Kerzavel", "Argentières-du-Lac", "Combe-Noire",
}
