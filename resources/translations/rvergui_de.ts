<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Segment</source>
        <translation>Ausschneiden</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Benennen</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Open folder …</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>Open project …</source>
        <translation>Projekt öffnen …</translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Clear this list</source>
        <translation>Liste leeren</translation>
    </message>
    <message>
        <source>Add photos …</source>
        <translation>Fotos hinzufügen …</translation>
    </message>
    <message>
        <source>Import labels …</source>
        <translation>Erfasstes importieren …</translation>
    </message>
    <message>
        <source>Look for new photos</source>
        <translation>Nach neuen Fotos suchen</translation>
    </message>
    <message>
        <source>Find a moved folder …</source>
        <translation>Verschobenen Ordner suchen …</translation>
    </message>
    <message>
        <source>Take missing photos off the list</source>
        <translation>Fehlende Fotos von der Liste nehmen</translation>
    </message>
    <message>
        <source>Sample meals</source>
        <translation>Beispielmahlzeiten</translation>
    </message>
    <message>
        <source>Export …</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>History of steps</source>
        <translation>Verlauf der Schritte</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Previous photo</source>
        <translation>Voriges Foto</translation>
    </message>
    <message>
        <source>Next photo</source>
        <translation>Nächstes Foto</translation>
    </message>
    <message>
        <source>Find photos …</source>
        <translation>Fotos suchen …</translation>
    </message>
    <message>
        <source>All photos</source>
        <translation>Alle Fotos</translation>
    </message>
    <message>
        <source>Photos to do</source>
        <translation>Offene Fotos</translation>
    </message>
    <message>
        <source>Photos in progress</source>
        <translation>Begonnene Fotos</translation>
    </message>
    <message>
        <source>Photos that are done</source>
        <translation>Fertige Fotos</translation>
    </message>
    <message>
        <source>Broken photos</source>
        <translation>Defekte Fotos</translation>
    </message>
    <message>
        <source>Least certain photos first</source>
        <translation>Unsicherste Fotos zuerst</translation>
    </message>
    <message>
        <source>Fit photo</source>
        <translation>Foto einpassen</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>Originalgröße</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Find everything</source>
        <translation>Alles finden</translation>
    </message>
    <message>
        <source>Accept the proposal</source>
        <translation>Vorschlag annehmen</translation>
    </message>
    <message>
        <source>Keep the proposal unnamed</source>
        <translation>Vorschlag ohne Namen behalten</translation>
    </message>
    <message>
        <source>Join the proposal</source>
        <translation>Vorschlag verbinden</translation>
    </message>
    <message>
        <source>Keep all proposals</source>
        <translation>Alle Vorschläge behalten</translation>
    </message>
    <message>
        <source>Next candidate or proposal</source>
        <translation>Nächste Variante oder nächster Vorschlag</translation>
    </message>
    <message>
        <source>Previous candidate or proposal</source>
        <translation>Vorige Variante oder voriger Vorschlag</translation>
    </message>
    <message>
        <source>Keep without a name</source>
        <translation>Ohne Namen behalten</translation>
    </message>
    <message>
        <source>Drop the draft, leave the tool</source>
        <translation>Entwurf verwerfen, Werkzeug verlassen</translation>
    </message>
    <message>
        <source>Click the middle of the photo</source>
        <translation>In die Mitte des Fotos klicken</translation>
    </message>
    <message>
        <source>Click and box</source>
        <translation>Klick und Rahmen</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>Radierer</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>Polygon</translation>
    </message>
    <message>
        <source>Smaller brush</source>
        <translation>Kleinerer Pinsel</translation>
    </message>
    <message>
        <source>Larger brush</source>
        <translation>Größerer Pinsel</translation>
    </message>
    <message>
        <source>Clean up the mask</source>
        <translation>Maske säubern</translation>
    </message>
    <message>
        <source>Tidy new masks</source>
        <translation>Neue Masken säubern</translation>
    </message>
    <message>
        <source>Refine the selected mask</source>
        <translation>Gewählte Maske verfeinern</translation>
    </message>
    <message>
        <source>Use the starter network</source>
        <translation>Mitgeliefertes Netz verwenden</translation>
    </message>
    <message>
        <source>Use GrabCut</source>
        <translation>GrabCut verwenden</translation>
    </message>
    <message>
        <source>Use SAM with a checkpoint …</source>
        <translation>SAM mit einem Checkpoint verwenden …</translation>
    </message>
    <message>
        <source>Accept the 1st name</source>
        <translation>1. Namen annehmen</translation>
    </message>
    <message>
        <source>Accept the 2nd name</source>
        <translation>2. Namen annehmen</translation>
    </message>
    <message>
        <source>Accept the 3rd name</source>
        <translation>3. Namen annehmen</translation>
    </message>
    <message>
        <source>Accept the 4th name</source>
        <translation>4. Namen annehmen</translation>
    </message>
    <message>
        <source>Accept the 5th name</source>
        <translation>5. Namen annehmen</translation>
    </message>
    <message>
        <source>Search a name</source>
        <translation>Namen suchen</translation>
    </message>
    <message>
        <source>Confirm names</source>
        <translation>Namen bestätigen</translation>
    </message>
    <message>
        <source>Verify or take it back</source>
        <translation>Als geprüft markieren oder Prüfung zurücknehmen</translation>
    </message>
    <message>
        <source>Recent names</source>
        <translation>Letzte Namen</translation>
    </message>
    <message>
        <source>The last name again</source>
        <translation>Noch einmal der letzte Name</translation>
    </message>
    <message>
        <source>The name before that</source>
        <translation>Der Name davor</translation>
    </message>
    <message>
        <source>Three names ago</source>
        <translation>Vor drei Namen</translation>
    </message>
    <message>
        <source>Four names ago</source>
        <translation>Vor vier Namen</translation>
    </message>
    <message>
        <source>Next item of this photo</source>
        <translation>Nächstes Objekt dieses Fotos</translation>
    </message>
    <message>
        <source>Previous item of this photo</source>
        <translation>Voriges Objekt dieses Fotos</translation>
    </message>
    <message>
        <source>Name everything on this photo</source>
        <translation>Alles auf diesem Foto benennen</translation>
    </message>
    <message>
        <source>Name everything on all photos</source>
        <translation>Alles auf allen Fotos benennen</translation>
    </message>
    <message>
        <source>Stop naming everything</source>
        <translation>Benennen anhalten</translation>
    </message>
    <message>
        <source>Classes …</source>
        <translation>Klassen …</translation>
    </message>
    <message>
        <source>Check the project …</source>
        <translation>Projekt prüfen …</translation>
    </message>
    <message>
        <source>Corrected names …</source>
        <translation>Korrigierte Namen …</translation>
    </message>
    <message>
        <source>Retrain …</source>
        <translation>Nachtrainieren …</translation>
    </message>
    <message>
        <source>History of models …</source>
        <translation>Verlauf der Modelle …</translation>
    </message>
    <message>
        <source>Go back to the model before</source>
        <translation>Zurück zum vorigen Modell</translation>
    </message>
    <message>
        <source>Decide about the new model …</source>
        <translation>Über das neue Modell entscheiden …</translation>
    </message>
    <message>
        <source>Evaluate …</source>
        <translation>Bewerten …</translation>
    </message>
    <message>
        <source>Look-alikes …</source>
        <translation>Verwechselbare …</translation>
    </message>
    <message>
        <source>Names that the model doubts …</source>
        <translation>Namen, die das Modell bezweifelt …</translation>
    </message>
    <message>
        <source>Use a checkpoint …</source>
        <translation>Checkpoint verwenden …</translation>
    </message>
    <message>
        <source>Use the model that ships</source>
        <translation>Mitgeliefertes Modell verwenden</translation>
    </message>
    <message>
        <source>Use the model of groceries</source>
        <translation>Modell für Lebensmittel verwenden</translation>
    </message>
    <message>
        <source>Learn from every name</source>
        <translation>Aus jedem Namen lernen</translation>
    </message>
    <message>
        <source>Weights …</source>
        <translation>Gewichte …</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Report a problem …</source>
        <translation>Problem melden …</translation>
    </message>
    <message>
        <source>Show the log files</source>
        <translation>Protokolldateien zeigen</translation>
    </message>
    <message>
        <source>Change keyboard shortcuts …</source>
        <translation>Tastenkürzel ändern …</translation>
    </message>
    <message>
        <source>Tour</source>
        <translation>Rundgang</translation>
    </message>
    <message>
        <source>About RveRGUI</source>
        <translation>Über RveRGUI</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alle wählen</translation>
    </message>
    <message>
        <source>Select all that are alike</source>
        <translation>Alle ähnlichen wählen</translation>
    </message>
    <message>
        <source>The least certain first</source>
        <translation>Die unsichersten zuerst</translation>
    </message>
    <message>
        <source>Class by class</source>
        <translation>Klasse für Klasse</translation>
    </message>
    <message>
        <source>Model and name disagree</source>
        <translation>Modell und Name widersprechen sich</translation>
    </message>
    <message>
        <source>Photo by photo</source>
        <translation>Foto für Foto</translation>
    </message>
    <message>
        <source>Next object to look at</source>
        <translation>Nächstes durchzusehendes Objekt</translation>
    </message>
    <message>
        <source>Open the photo</source>
        <translation>Foto öffnen</translation>
    </message>
    <message>
        <source>Make the queue anew</source>
        <translation>Reihe neu aufbauen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Accept the model's name</source>
        <translation>Namen des Modells annehmen</translation>
    </message>
    <message>
        <source>Verify the name</source>
        <translation>Namen als geprüft markieren</translation>
    </message>
    <message>
        <source>Take the name back</source>
        <translation>Namen zurücknehmen</translation>
    </message>
    <message>
        <source>Give the 1st suggested name</source>
        <translation>1. vorgeschlagenen Namen vergeben</translation>
    </message>
    <message>
        <source>Give the 2nd suggested name</source>
        <translation>2. vorgeschlagenen Namen vergeben</translation>
    </message>
    <message>
        <source>Give the 3rd suggested name</source>
        <translation>3. vorgeschlagenen Namen vergeben</translation>
    </message>
    <message>
        <source>Give the 4th suggested name</source>
        <translation>4. vorgeschlagenen Namen vergeben</translation>
    </message>
    <message>
        <source>Give the 5th suggested name</source>
        <translation>5. vorgeschlagenen Namen vergeben</translation>
    </message>
    <message>
        <source>Accept all look-alikes</source>
        <translation>Alle ähnlichen annehmen</translation>
    </message>
    <message>
        <source>Name what no network has seen</source>
        <translation>Benennen, was noch kein Netz gesehen hat</translation>
    </message>
    <message>
        <source>Ask the network again for all of this queue</source>
        <translation>Das Netz zu dieser ganzen Reihe erneut fragen</translation>
    </message>
    <message>
        <source>Zoom to the object</source>
        <translation>Auf das Objekt zoomen</translation>
    </message>
    <message>
        <source>Turn the view right</source>
        <translation>Ansicht nach rechts drehen</translation>
    </message>
    <message>
        <source>Turn the view left</source>
        <translation>Ansicht nach links drehen</translation>
    </message>
    <message>
        <source>View upright</source>
        <translation>Ansicht aufrecht</translation>
    </message>
    <message>
        <source>Move the view left</source>
        <translation>Ansicht nach links schieben</translation>
    </message>
    <message>
        <source>Move the view right</source>
        <translation>Ansicht nach rechts schieben</translation>
    </message>
    <message>
        <source>Move the view up</source>
        <translation>Ansicht nach oben schieben</translation>
    </message>
    <message>
        <source>Move the view down</source>
        <translation>Ansicht nach unten schieben</translation>
    </message>
    <message>
        <source>Hide masks (hold: bare photo)</source>
        <translation>Masken ausblenden (gehalten: nur das Foto)</translation>
    </message>
    <message>
        <source>Hide the selected item</source>
        <translation>Gewähltes Objekt ausblenden</translation>
    </message>
    <message>
        <source>Selected item alone</source>
        <translation>Nur das gewählte Objekt</translation>
    </message>
    <message>
        <source>Show all items</source>
        <translation>Alle Objekte zeigen</translation>
    </message>
    <message>
        <source>Weaker tint</source>
        <translation>Schwächere Tönung</translation>
    </message>
    <message>
        <source>Stronger tint</source>
        <translation>Stärkere Tönung</translation>
    </message>
    <message>
        <source>Review …</source>
        <translation>Durchsehen …</translation>
    </message>
    <message>
        <source>Statistics …</source>
        <translation>Statistik …</translation>
    </message>
    <message>
        <source>Select all items</source>
        <translation>Alle Objekte wählen</translation>
    </message>
    <message>
        <source>Merge items</source>
        <translation>Objekte vereinigen</translation>
    </message>
    <message>
        <source>Split into parts</source>
        <translation>In Teile zerlegen</translation>
    </message>
    <message>
        <source>Copy masks to the next photo</source>
        <translation>Masken auf das nächste Foto kopieren</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Language of the system</source>
        <translation>Sprache des Systems</translation>
    </message>
    <message>
        <source>English</source>
        <translation>English</translation>
    </message>
    <message>
        <source>Deutsch</source>
        <translation>Deutsch</translation>
    </message>
</context>
<context>
    <name>Advanced</name>
    <message>
        <source>How it learns</source>
        <translation>Wie es lernt</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>Items a step</source>
        <translation>Objekte je Schritt</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Stop after rounds without a better one</source>
        <translation>Ende nach Runden ohne eine bessere</translation>
    </message>
    <message>
        <source>Optimiser</source>
        <translation>Optimierer</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Rechengenauigkeit</translation>
    </message>
    <message>
        <source>Rare classes</source>
        <translation>Seltene Klassen</translation>
    </message>
    <message>
        <source>Label smoothing</source>
        <translation>Glättung der Namen</translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation>Gewichtsverfall</translation>
    </message>
    <message>
        <source>Variants kept (head only)</source>
        <translation>Varianten (nur beim Kopf)</translation>
    </message>
    <message>
        <source>Rehearse other classes (head only)</source>
        <translation>Andere Klassen mitlernen (nur Kopf)</translation>
    </message>
    <message>
        <source>A new network</source>
        <translation>Ein neues Netz</translation>
    </message>
    <message>
        <source>Backbone of the ROI</source>
        <translation>Grundnetz der ROI</translation>
    </message>
    <message>
        <source>Backbone of the surroundings</source>
        <translation>Grundnetz der Umgebung</translation>
    </message>
    <message>
        <source>One backbone for both</source>
        <translation>Ein Grundnetz für beide</translation>
    </message>
    <message>
        <source>How the views are joined</source>
        <translation>Wie die Ansichten verbunden werden</translation>
    </message>
    <message>
        <source>What is joined</source>
        <translation>Was verbunden wird</translation>
    </message>
    <message>
        <source>How views are cut</source>
        <translation>Zuschnitt der Ansichten</translation>
    </message>
    <message>
        <source>View size in pixels</source>
        <translation>Größe der Ansichten in Pixeln</translation>
    </message>
    <message>
        <source>Variety</source>
        <translation>Abwechslung</translation>
    </message>
    <message>
        <source>Mirrored, share</source>
        <translation>Gespiegelt, Anteil</translation>
    </message>
    <message>
        <source>Turned, degrees</source>
        <translation>Gedreht, Grad</translation>
    </message>
    <message>
        <source>Scaled, share</source>
        <translation>Skaliert, Anteil</translation>
    </message>
    <message>
        <source>Shifted, share</source>
        <translation>Verschoben, Anteil</translation>
    </message>
    <message>
        <source>Brightness, share</source>
        <translation>Helligkeit, Anteil</translation>
    </message>
    <message>
        <source>Outlines moved, share</source>
        <translation>Umrisse bewegt, Anteil</translation>
    </message>
    <message>
        <source>Surroundings blacked out, share</source>
        <translation>Umgebung geschwärzt, Anteil</translation>
    </message>
    <message>
        <source>Noise, e.g. permute:16</source>
        <translation>Rauschen, z. B. permute:16</translation>
    </message>
    <message>
        <source>A teacher</source>
        <translation>Ein Lehrer</translation>
    </message>
    <message>
        <source>Model to learn from</source>
        <translation>Modell, von dem gelernt wird</translation>
    </message>
    <message>
        <source>What is taken from it</source>
        <translation>Was von ihm übernommen wird</translation>
    </message>
    <message>
        <source>What it counts, 0 to 1</source>
        <translation>Was er zählt, 0 bis 1</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>The run</source>
        <translation>Der Lauf</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startzahl</translation>
    </message>
    <message>
        <source>Share held out</source>
        <translation>Zurückgehaltener Anteil</translation>
    </message>
    <message>
        <source>Save memory, take longer</source>
        <translation>Speicher sparen, länger rechnen</translation>
    </message>
    <message>
        <source>Device, e.g. cpu or cuda</source>
        <translation>Gerät, z. B. cpu oder cuda</translation>
    </message>
    <message>
        <source>Threads that open photos</source>
        <translation>Threads, die Fotos öffnen</translation>
    </message>
    <message>
        <source>as usual ({value})</source>
        <translation>wie üblich ({value})</translation>
    </message>
    <message>
        <source>as usual</source>
        <translation>wie üblich</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
</context>
<context>
    <name>Appearance</name>
    <message>
        <source>The window speaks {language} when it is opened anew. Project and photo are then open again; what was done can no longer be undone.</source>
        <translation>Das Fenster spricht {language}, wenn es neu geöffnet wird. Projekt und Foto sind dann wieder offen; was getan wurde, lässt sich nicht mehr rückgängig machen.</translation>
    </message>
    <message>
        <source>Open it anew now</source>
        <translation>Jetzt neu öffnen</translation>
    </message>
</context>
<context>
    <name>BackgroundNaming</name>
    <message>
        <source>{named} objects were named; {left} could not be, because their photos do not open.</source>
        <translation>{named} Objekte wurden benannt; {left} nicht, weil sich ihre Fotos nicht öffnen lassen.</translation>
    </message>
    <message>
        <source>{named} objects were named.</source>
        <translation>{named} Objekte wurden benannt.</translation>
    </message>
</context>
<context>
    <name>BoxDesk</name>
    <message>
        <source>a segmenter</source>
        <translation>ein Segmentierer</translation>
    </message>
    <message>
        <source>The networks have stopped, so its boxes were not cut out.</source>
        <translation>Die Netze laufen nicht mehr, seine Rahmen wurden daher nicht ausgeschnitten.</translation>
    </message>
    <message>
        <source>The networks stopped while its boxes were cut out; import again for them.</source>
        <translation>Die Netze wurden beendet, während seine Rahmen ausgeschnitten wurden; importieren Sie dafür noch einmal.</translation>
    </message>
</context>
<context>
    <name>Bubble</name>
    <message>
        <source>Tour</source>
        <translation>Rundgang</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Überspringen</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>{place} of {count}</source>
        <translation>{place} von {count}</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Los geht’s</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>Click a dish to cut it out; Ctrl+click selects what is cut out already.</source>
        <translation>Ein Klick auf ein Gericht schneidet es aus; Strg+Klick wählt, was schon ausgeschnitten ist.</translation>
    </message>
    <message>
        <source>Opening {name} …</source>
        <translation>{name} wird geöffnet …</translation>
    </message>
</context>
<context>
    <name>CanvasBar</name>
    <message>
        <source>Progress of the search</source>
        <translation>Fortschritt der Suche</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Join</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>Verlassen</translation>
    </message>
    <message>
        <source>{drop} stops</source>
        <translation>{drop} bricht ab</translation>
    </message>
    <message>
        <source>{merge} joins the next one to it</source>
        <translation>{merge} verbindet es mit dem nächsten</translation>
    </message>
    <message>
        <source>{merge} adds it to the last object</source>
        <translation>{merge} schlägt es dem letzten Objekt zu</translation>
    </message>
    <message>
        <source>{merge} adds it to “{name}”</source>
        <translation>{merge} schlägt es „{name}“ zu</translation>
    </message>
    <message>
        <source>{accept}, {first}–{last} or typing: name · {keep}: keep unnamed · {delete}: drop · {joins}</source>
        <translation>{accept}, {first}–{last} oder Tippen: benennen · {keep}: ohne Namen behalten · {delete}: verwerfen · {joins}</translation>
    </message>
    <message>
        <source>{cycle}: next · {all}: keep all · {drop} {leaves}</source>
        <translation>{cycle}: weiter · {all}: alle behalten · {drop} {leaves}</translation>
    </message>
    <message>
        <source>Searching … {count} found</source>
        <translation>Suche läuft … {count} gefunden</translation>
    </message>
    <message>
        <source>Proposal {place} of {count}</source>
        <translation>Vorschlag {place} von {count}</translation>
    </message>
    <message>
        <source>stops</source>
        <translation>hält an</translation>
    </message>
    <message>
        <source>drops the rest</source>
        <translation>verwirft den Rest</translation>
    </message>
</context>
<context>
    <name>CellDelegate</name>
    <message>
        <source>no picture</source>
        <translation>kein Bild</translation>
    </message>
    <message>
        <source>no name yet</source>
        <translation>noch kein Name</translation>
    </message>
    <message>
        <source>model: {name}</source>
        <translation>Modell: {name}</translation>
    </message>
    <message>
        <source>not asked yet</source>
        <translation>noch nicht gefragt</translation>
    </message>
    <message>
        <source>✓✓</source>
        <translation>✓✓</translation>
    </message>
</context>
<context>
    <name>CheckDialog</name>
    <message>
        <source>Check the project</source>
        <translation>Projekt prüfen</translation>
    </message>
    <message>
        <source>How far the check is</source>
        <translation>Fortschritt der Prüfung</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Erneut prüfen</translation>
    </message>
    <message>
        <source>Go to the photo</source>
        <translation>Zum Foto gehen</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Beheben</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Was gefunden wurde</translation>
    </message>
    <message>
        <source>Checking …</source>
        <translation>Prüfung läuft …</translation>
    </message>
    <message>
        <source>{done} of {total} photos</source>
        <translation>{done} von {total} Fotos</translation>
    </message>
    <message>
        <source>The check was stopped</source>
        <translation>Die Prüfung wurde angehalten</translation>
    </message>
    <message>
        <source>Nothing is wrong</source>
        <translation>Alles in Ordnung</translation>
    </message>
    <message>
        <source>Repair {count}</source>
        <translation>{count} beheben</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Nothing can be repaired here by itself; go to the photo and decide.</source>
        <translation>Hier lässt sich nichts von selbst beheben; gehen Sie zum Foto und entscheiden Sie.</translation>
    </message>
    <message>
        <source>The project is open read-only, so nothing can be repaired.</source>
        <translation>Das Projekt ist schreibgeschützt geöffnet, deshalb lässt sich nichts beheben.</translation>
    </message>
    <message>
        <source>Repair: {what}. Undo takes it back.</source>
        <translation>Beheben: {what}. „Rückgängig“ nimmt es zurück.</translation>
    </message>
    <message>
        <source>Repair: {what}. Undo takes back what changes items, but not what changes the list.</source>
        <translation>Reparatur: {what}. Rückgängig nimmt zurück, was Objekte ändert, nicht aber, was die Liste ändert.</translation>
    </message>
    <message>
        <source>Repair: {what}. Undo does not take this back.</source>
        <translation>Reparatur: {what}. Rückgängig nimmt das nicht zurück.</translation>
    </message>
    <message>
        <source>Repair: {what}</source>
        <translation>Beheben: {what}</translation>
    </message>
    <message>
        <source>Undo in the window takes back what changed items.</source>
        <translation>Rückgängig im Fenster nimmt zurück, was Objekte geändert hat.</translation>
    </message>
    <message>
        <source>takes copies without items off the list; the files stay</source>
        <translation>nimmt Kopien ohne Objekte von der Liste; die Dateien bleiben</translation>
    </message>
    <message>
        <source>takes the photos as they are now; their items stay as they are</source>
        <translation>nimmt die Fotos, wie sie jetzt sind; ihre Objekte bleiben, wie sie sind</translation>
    </message>
    <message>
        <source>That did not work</source>
        <translation>Das hat nicht geklappt</translation>
    </message>
    <message>
        <source>{items} on {photos} of {project}</source>
        <translation>{items} auf {photos} von {project}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln error(s)</source>
        <translation>
            <numerusform>%Ln Fehler</numerusform>
            <numerusform>%Ln Fehler</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln warning(s)</source>
        <translation>
            <numerusform>%Ln Warnung</numerusform>
            <numerusform>%Ln Warnungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln note(s)</source>
        <translation>
            <numerusform>%Ln Hinweis</numerusform>
            <numerusform>%Ln Hinweise</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln finding(s) repaired.</source>
        <translation>
            <numerusform>%Ln Befund behoben.</numerusform>
            <numerusform>%Ln Befunde behoben.</numerusform>
        </translation>
    </message>
    <message>
        <source>Damage of the project file</source>
        <translation>Schaden an der Projektdatei</translation>
    </message>
    <message>
        <source>Photos that are gone or cannot be opened</source>
        <translation>Fotos, die fehlen oder sich nicht öffnen lassen</translation>
    </message>
    <message>
        <source>Photos that were changed after they were labelled</source>
        <translation>Fotos, die nach dem Benennen verändert wurden</translation>
    </message>
    <message>
        <source>Photos that train and judge at once</source>
        <translation>Fotos, die zugleich zum Trainieren und zum Beurteilen dienen</translation>
    </message>
    <message>
        <source>Masks without a single pixel</source>
        <translation>Masken ohne ein einziges Pixel</translation>
    </message>
    <message>
        <source>Masks of another size than their photo</source>
        <translation>Masken in anderer Größe als ihr Foto</translation>
    </message>
    <message>
        <source>Objects labelled twice</source>
        <translation>Doppelt erfasste Objekte</translation>
    </message>
    <message>
        <source>Copies of a photo</source>
        <translation>Kopien eines Fotos</translation>
    </message>
    <message>
        <source>Masks of a few pixels</source>
        <translation>Masken aus wenigen Pixeln</translation>
    </message>
    <message>
        <source>Class names that are almost the same</source>
        <translation>Fast gleiche Klassennamen</translation>
    </message>
    <message>
        <source>Masks that overlap in part</source>
        <translation>Masken, die sich teilweise überdecken</translation>
    </message>
    <message>
        <source>Objects that the edge of the photo may cut off</source>
        <translation>Objekte, die der Rand des Fotos abschneiden könnte</translation>
    </message>
    <message>
        <source>Items whose name is missing or not confirmed</source>
        <translation>Objekte ohne Namen oder mit unbestätigtem Namen</translation>
    </message>
    <message>
        <source>Photos without an item</source>
        <translation>Fotos ohne Objekt</translation>
    </message>
    <message>
        <source>deletes these items</source>
        <translation>löscht diese Objekte</translation>
    </message>
    <message>
        <source>scales the masks to the photo</source>
        <translation>skaliert die Masken auf das Foto</translation>
    </message>
    <message>
        <source>keeps the confirmed item, else the larger one, and deletes the other</source>
        <translation>behält das bestätigte Objekt, sonst das größere, und löscht das andere</translation>
    </message>
    <message>
        <source>merges the rarer class into the more frequent one</source>
        <translation>führt die seltenere Klasse in die häufigere über</translation>
    </message>
    <message>
        <source>takes from the lower mask what the upper one covers</source>
        <translation>nimmt von der unteren Maske weg, was die obere bedeckt</translation>
    </message>
</context>
<context>
    <name>Checker</name>
    <message>
        <source>Some edits are not saved yet; free some disk space and check again.</source>
        <translation>Einige Änderungen sind noch nicht gespeichert; schaffen Sie Platz auf der Festplatte und prüfen Sie erneut.</translation>
    </message>
</context>
<context>
    <name>Choices</name>
    <message>
        <source>Start retraining</source>
        <translation>Nachtrainieren beginnen</translation>
    </message>
    <message>
        <source>What to train</source>
        <translation>Was trainiert wird</translation>
    </message>
    <message>
        <source>The head: seconds</source>
        <translation>Der Kopf: Sekunden</translation>
    </message>
    <message>
        <source>Head and last blocks: minutes</source>
        <translation>Kopf und letzte Blöcke: Minuten</translation>
    </message>
    <message>
        <source>Every photo is looked at once; then only what joins the features learns. What the model knows besides and this project has no photo of is kept.</source>
        <translation>Jedes Foto wird einmal angesehen; dann lernt nur, was die Merkmale verbindet. Was das Modell außerdem kennt und dieses Projekt auf keinem Foto hat, bleibt erhalten.</translation>
    </message>
    <message>
        <source>Also the last part of the backbones, where a network sees what is particular. What this project has no photo of may be forgotten.</source>
        <translation>Auch der letzte Teil der Backbones, in dem ein Netz das Besondere sieht. Was dieses Projekt auf keinem Foto hat, kann vergessen werden.</translation>
    </message>
    <message>
        <source>Everything: takes longest</source>
        <translation>Alles: dauert am längsten</translation>
    </message>
    <message>
        <source>All weights learn; for much data.</source>
        <translation>Alle Gewichte lernen; für viele Daten.</translation>
    </message>
    <message>
        <source>until it stops getting better</source>
        <translation>bis es nicht mehr besser wird</translation>
    </message>
    <message>
        <source>short: 5 rounds</source>
        <translation>kurz: 5 Runden</translation>
    </message>
    <message>
        <source>usual: 15 rounds</source>
        <translation>üblich: 15 Runden</translation>
    </message>
    <message>
        <source>long: 40 rounds</source>
        <translation>lang: 40 Runden</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>Wie lange</translation>
    </message>
    <message>
        <source>Start from</source>
        <translation>Ausgangspunkt</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Erweitert</translation>
    </message>
    <message>
        <source>From scratch everything has to learn; choose that, or start from a model.</source>
        <translation>Ganz von vorn muss alles lernen; wählen Sie das, oder gehen Sie von einem Modell aus.</translation>
    </message>
    <message>
        <source>present model: {name}</source>
        <translation>jetziges Modell: {name}</translation>
    </message>
    <message>
        <source>pre-trained backbones (ImageNet), as far as found</source>
        <translation>vortrainierte Grundnetze (ImageNet), soweit vorhanden</translation>
    </message>
    <message>
        <source>from scratch: random weights</source>
        <translation>ganz von vorn: zufällige Gewichte</translation>
    </message>
    <message>
        <source>{name} (ships with the program)</source>
        <translation>{name} (beim Programm dabei)</translation>
    </message>
    <message>
        <source>, F1 {score:.2f}</source>
        <translation>, F1 {score:.2f}</translation>
    </message>
    <message>
        <source>Measuring what it will take …</source>
        <translation>Es wird gemessen, was nötig ist …</translation>
    </message>
    <message>
        <source>At most about {time}, mostly less; about {memory} of memory.</source>
        <translation>Höchstens etwa {time}, meist weniger; etwa {memory} Arbeitsspeicher.</translation>
    </message>
    <message>
        <source>About {time}; about {memory} of memory.</source>
        <translation>Etwa {time}; etwa {memory} Arbeitsspeicher.</translation>
    </message>
    <message>
        <source>Begins from: {start}.</source>
        <translation>Beginnt mit: {start}.</translation>
    </message>
    <message>
        <source>Only {free} are free: close other programs or choose fewer items a step.</source>
        <translation>Nur {free} sind frei: Schließen Sie andere Programme, oder wählen Sie weniger Objekte je Schritt.</translation>
    </message>
    <message>
        <source>How long it will take could not be measured.</source>
        <translation>Wie lange es dauert, ließ sich nicht messen.</translation>
    </message>
    <message>
        <source>Take {count} items a step</source>
        <translation>{count} Objekte je Schritt nehmen</translation>
    </message>
</context>
<context>
    <name>Choosing</name>
    <message>
        <source>Cooking the sample meals …</source>
        <translation>Die Beispielmahlzeiten werden gekocht …</translation>
    </message>
    <message>
        <source>Open a folder of photos</source>
        <translation>Einen Ordner mit Fotos öffnen</translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation>Ein Projekt öffnen</translation>
    </message>
    <message>
        <source>Projects (*.rver)</source>
        <translation>Projekte (*.rver)</translation>
    </message>
    <message>
        <source>Add photos</source>
        <translation>Fotos hinzufügen</translation>
    </message>
    <message>
        <source>Checkpoints (*.pth *.pt *.safetensors)</source>
        <translation>Checkpoints (*.pth *.pt *.safetensors)</translation>
    </message>
    <message>
        <source>Open a SAM checkpoint</source>
        <translation>Einen SAM-Checkpoint öffnen</translation>
    </message>
    <message>
        <source>Open a RveRNet checkpoint</source>
        <translation>Einen RveRNet-Checkpoint öffnen</translation>
    </message>
    <message>
        <source>Checkpoints (*.safetensors)</source>
        <translation>Checkpoints (*.safetensors)</translation>
    </message>
</context>
<context>
    <name>ClassChart</name>
    <message>
        <source>No object has a name yet.</source>
        <translation>Noch hat kein Objekt einen Namen.</translation>
    </message>
    <message>
        <source>verified</source>
        <translation>geprüft</translation>
    </message>
    <message>
        <source>named</source>
        <translation>benannt</translation>
    </message>
    <message>
        <source>not confirmed</source>
        <translation>nicht bestätigt</translation>
    </message>
</context>
<context>
    <name>ClassMapping</name>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>In the data</source>
        <translation>In den Daten</translation>
    </message>
    <message>
        <source>In this project</source>
        <translation>In diesem Projekt</translation>
    </message>
    <message>
        <source>{name} becomes</source>
        <translation>{name} wird zu</translation>
    </message>
    <message>
        <source>new class “{name}”</source>
        <translation>neue Klasse „{name}“</translation>
    </message>
    <message>
        <source>leave out</source>
        <translation>auslassen</translation>
    </message>
    <message>
        <source>The names are alike; look whether they mean the same.</source>
        <translation>Die Namen sind ähnlich; sehen Sie nach, ob sie dasselbe meinen.</translation>
    </message>
</context>
<context>
    <name>ClassModel</name>
    <message>
        <source>Class</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>Named</source>
        <translation>Benannt</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>Held out</source>
        <translation>Zum Testen</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Enough for training?</source>
        <translation>Reicht es?</translation>
    </message>
    <message>
        <source>Objects whose name a person has confirmed or that came with the data</source>
        <translation>Objekte, deren Namen ein Mensch bestätigt hat oder die mit den Daten kamen</translation>
    </message>
    <message>
        <source>Objects that were looked at a second time</source>
        <translation>Objekte, die ein zweites Mal angesehen wurden</translation>
    </message>
    <message>
        <source>Objects that a training that begins now would not learn from but be judged by</source>
        <translation>Objekte, aus denen ein Training, das jetzt beginnt, nicht lernen, an denen es aber gemessen würde</translation>
    </message>
    <message>
        <source>Photos that the named objects are on; copies of a photo count once</source>
        <translation>Fotos, auf denen die benannten Objekte sind; Kopien eines Fotos zählen einmal</translation>
    </message>
    <message>
        <source>Two dozen objects on five photos or more, so that about a fifth of the photos can be held out</source>
        <translation>Zwei Dutzend Objekte auf mindestens fünf Fotos, damit etwa ein Fünftel der Fotos zurückgehalten werden kann</translation>
    </message>
</context>
<context>
    <name>ClassTable</name>
    <message>
        <source>✓ enough</source>
        <translation>✓ genug</translation>
    </message>
    <message>
        <source>none named yet</source>
        <translation>noch keines benannt</translation>
    </message>
    <message>
        <source>all on one photo</source>
        <translation>alle auf einem Foto</translation>
    </message>
    <message>
        <source>{objects} on {photos}; a training that begins now learns from {learned} of them and is judged by {held}.</source>
        <translation>{objects} auf {photos}; ein Training, das jetzt beginnt, lernt aus {learned} davon und wird an {held} gemessen.</translation>
    </message>
    <message>
        <source>{objects} are few to learn a class from; two dozen are a beginning. {count} more would do.</source>
        <translation>{objects} sind wenig, um eine Klasse zu lernen; zwei Dutzend sind ein Anfang. {count} mehr würden genügen.</translation>
    </message>
    <message>
        <source>The objects are on {photos} only. About a fifth of the photos is held out, so the score of this class would hang on a single one; with {more} more it would be steadier.</source>
        <translation>Die Objekte sind auf nur {photos}. Etwa ein Fünftel der Fotos wird zurückgehalten, der Wert dieser Klasse hinge also an einem einzigen; mit {more} mehr wäre er verlässlicher.</translation>
    </message>
    <message>
        <source>No object of this class is named yet, so a network cannot learn it.</source>
        <translation>Noch ist kein Objekt dieser Klasse benannt, deshalb kann ein Netz sie nicht lernen.</translation>
    </message>
    <message>
        <source>Whole photos are held out to judge a network by. With all objects on one photo there is either nothing to learn from or nothing to judge by: name one on another photo.</source>
        <translation>Zum Beurteilen werden ganze Fotos zurückgehalten. Sind alle Objekte auf einem Foto, fehlt entweder etwas zum Lernen oder etwas zum Beurteilen: Benennen Sie eines auf einem anderen Foto.</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
</context>
<context>
    <name>ClassesDialog</name>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>search or type a new name</source>
        <translation>suchen oder neuen Namen eingeben</translation>
    </message>
    <message>
        <source>Search classes or type a new name</source>
        <translation>Klassen suchen oder neuen Namen eingeben</translation>
    </message>
    <message>
        <source>Select several to merge them into the first one selected.</source>
        <translation>Wählen Sie mehrere, um sie in die zuerst gewählte zu überführen.</translation>
    </message>
    <message>
        <source>“{name}” would be a new class, very like “{other}”.</source>
        <translation>„{name}“ wäre eine neue Klasse, sehr ähnlich wie „{other}“.</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Rename …</source>
        <translation>Umbenennen …</translation>
    </message>
    <message>
        <source>Colour …</source>
        <translation>Farbe …</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Vereinigen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>also: {names}</source>
        <translation>auch: {names}</translation>
    </message>
    <message>
        <source>Add class “{name}”</source>
        <translation>Klasse „{name}“ hinzufügen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>New name:</source>
        <translation>Neuer Name:</translation>
    </message>
    <message>
        <source>Rename “{old}” to “{new}”</source>
        <translation>„{old}“ in „{new}“ umbenennen</translation>
    </message>
    <message>
        <source>Colour of {name}</source>
        <translation>Farbe von {name}</translation>
    </message>
    <message>
        <source>Colour “{name}”</source>
        <translation>„{name}“ färben</translation>
    </message>
    <message>
        <source>Merge {names} into “{into}”</source>
        <translation>{names} in „{into}“ überführen</translation>
    </message>
</context>
<context>
    <name>Comparer</name>
    <message>
        <source>The comparison could not be started; run “rvergui doctor”.</source>
        <translation>Der Vergleich ließ sich nicht starten; „rvergui doctor“ sagt mehr.</translation>
    </message>
    <message>
        <source>The comparison ended by itself, perhaps for lack of memory.</source>
        <translation>Der Vergleich endete von selbst, vielleicht aus Mangel an Speicher.</translation>
    </message>
    <message>
        <source>it said nothing</source>
        <translation>es sagte nichts</translation>
    </message>
    <message>
        <source>The comparison stopped with code {code}: {words}</source>
        <translation>Der Vergleich endete mit Code {code}: {words}</translation>
    </message>
</context>
<context>
    <name>CorrectionsDialog</name>
    <message>
        <source>Corrected names</source>
        <translation>Korrigierte Namen</translation>
    </message>
    <message>
        <source>show pairs with this name</source>
        <translation>Paare mit diesem Namen zeigen</translation>
    </message>
    <message>
        <source>Show pairs with this name</source>
        <translation>Paare mit diesem Namen zeigen</translation>
    </message>
    <message>
        <source>was called</source>
        <translation>hieß</translation>
    </message>
    <message>
        <source>is</source>
        <translation>ist</translation>
    </message>
    <message>
        <source>objects</source>
        <translation>Objekte</translation>
    </message>
    <message>
        <source>said by</source>
        <translation>gesagt von</translation>
    </message>
    <message>
        <source>last</source>
        <translation>zuletzt</translation>
    </message>
    <message>
        <source>Reading the history …</source>
        <translation>Verlauf wird gelesen …</translation>
    </message>
    <message>
        <source>Show the object</source>
        <translation>Objekt zeigen</translation>
    </message>
    <message>
        <source>Again shows the next object of the same pair.</source>
        <translation>Noch einmal zeigt das nächste Objekt desselben Paars.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>the model</source>
        <translation>das Modell</translation>
    </message>
    <message>
        <source>a person</source>
        <translation>ein Mensch</translation>
    </message>
    <message>
        <source>No name has been corrected yet. What was suggested or given first and then changed is here.</source>
        <translation>Noch wurde kein Name korrigiert. Hier steht, was zuerst vorgeschlagen oder vergeben und dann geändert wurde.</translation>
    </message>
    <message>
        <source>Pairs: {pairs}, objects: {objects}</source>
        <translation>Paare: {pairs}, Objekte: {objects}</translation>
    </message>
    <message>
        <source>object {number} of {count}</source>
        <translation>Objekt {number} von {count}</translation>
    </message>
    <message>
        <source>The photos of these objects are no longer in the project.</source>
        <translation>Die Fotos dieser Objekte sind nicht mehr im Projekt.</translation>
    </message>
</context>
<context>
    <name>Counted</name>
    <message numerus="yes">
        <source>%Ln item(s)</source>
        <translation>
            <numerusform>%Ln Objekt</numerusform>
            <numerusform>%Ln Objekte</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln object(s)</source>
        <translation>
            <numerusform>%Ln Objekt</numerusform>
            <numerusform>%Ln Objekte</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more object(s)</source>
        <translation>
            <numerusform>%Ln weiteres Objekt</numerusform>
            <numerusform>%Ln weitere Objekte</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln Foto</numerusform>
            <numerusform>%Ln Fotos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more photo(s)</source>
        <translation>
            <numerusform>%Ln weiteres Foto</numerusform>
            <numerusform>%Ln weitere Fotos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln class(es)</source>
        <translation>
            <numerusform>%Ln Klasse</numerusform>
            <numerusform>%Ln Klassen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CrashCare</name>
    <message>
        <source>Something unexpected happened ({kind}: {error}). What you did is saved and the program goes on; details are in {log}, and Help &gt; Report a problem puts everything into one file.</source>
        <translation>Etwas Unerwartetes ist geschehen ({kind}: {error}). Ihre Arbeit ist gespeichert, und das Programm läuft weiter; Einzelheiten stehen in {log}, und Hilfe &gt; Problem melden packt alles in eine Datei.</translation>
    </message>
</context>
<context>
    <name>Curves</name>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>F1</source>
        <translation>F1</translation>
    </message>
</context>
<context>
    <name>DayChart</name>
    <message>
        <source>No name was given by hand yet.</source>
        <translation>Noch wurde kein Name von Hand vergeben.</translation>
    </message>
    <message>
        <source>named</source>
        <translation>benannt</translation>
    </message>
    <message>
        <source>an hour</source>
        <translation>je Stunde</translation>
    </message>
</context>
<context>
    <name>DivisionChoice</name>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Photos held out for testing</source>
        <translation>Zum Testen zurückgehaltene Fotos</translation>
    </message>
    <message>
        <source>Seed of the choice</source>
        <translation>Startzahl der Auswahl</translation>
    </message>
    <message>
        <source>Another number, another choice of photos; the same number, the same choice.</source>
        <translation>Eine andere Zahl, eine andere Auswahl von Fotos; dieselbe Zahl, dieselbe Auswahl.</translation>
    </message>
    <message>
        <source>File that says which photos are for testing</source>
        <translation>Datei, die sagt, welche Fotos zum Testen dienen</translation>
    </message>
    <message>
        <source>or a file with photo and part in each line</source>
        <translation>oder eine Datei mit Foto und Teil in jeder Zeile</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Choose the file that says which photos are for testing</source>
        <translation>Die Datei wählen, die sagt, welche Fotos zum Testen dienen</translation>
    </message>
    <message>
        <source>seed </source>
        <translation>Startzahl </translation>
    </message>
    <message>
        <source>Held out for testing</source>
        <translation>Zum Testen zurückgehalten</translation>
    </message>
    <message>
        <source>Which photos are for testing</source>
        <translation>Welche Fotos zum Testen dienen</translation>
    </message>
</context>
<context>
    <name>Docks</name>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>What the network sees</source>
        <translation>Was das Netz sieht</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>Namen</translation>
    </message>
    <message>
        <source>Items of this photo</source>
        <translation>Objekte dieses Fotos</translation>
    </message>
    <message>
        <source>No photos yet. Open a folder, or drop photos here.</source>
        <translation>Noch keine Fotos. Öffnen Sie einen Ordner oder ziehen Sie Fotos hierher.</translation>
    </message>
    <message>
        <source>What is cut out of a photo is listed here.</source>
        <translation>Hier steht, was aus einem Foto ausgeschnitten ist.</translation>
    </message>
</context>
<context>
    <name>Document</name>
    <message>
        <source>{count} steps</source>
        <translation>{count} Schritte</translation>
    </message>
</context>
<context>
    <name>Downloads</name>
    <message>
        <source>Something unexpected happened ({error}); nothing was lost.</source>
        <translation>Etwas Unerwartetes ist geschehen ({error}); nichts ging verloren.</translation>
    </message>
    <message>
        <source>{title} is here and its checksum is right; Model &gt; Weights puts it to use.</source>
        <translation>{title} ist da, und die Prüfsumme stimmt; über Modell &gt; Gewichte lässt es sich verwenden.</translation>
    </message>
    <message>
        <source>{path} is damaged, {trouble}; download it again.</source>
        <translation>{path} ist beschädigt, {trouble}; laden Sie die Datei erneut herunter.</translation>
    </message>
    <message>
        <source>{title} is whole, its checksum is right.</source>
        <translation>{title} ist vollständig, die Prüfsumme stimmt.</translation>
    </message>
    <message>
        <source>{file} is {title} and was added.</source>
        <translation>{file} ist {title} und wurde hinzugefügt.</translation>
    </message>
</context>
<context>
    <name>DraftKeeper</name>
    <message>
        <source>Bring the draft back</source>
        <translation>Entwurf zurückholen</translation>
    </message>
    <message>
        <source>The object that you were making when the program ended is back.</source>
        <translation>Das Objekt, an dem Sie beim Ende des Programms arbeiteten, ist wieder da.</translation>
    </message>
</context>
<context>
    <name>Drafting</name>
    <message>
        <source>Click the dish first; a right click then takes away from its mask.</source>
        <translation>Klicken Sie zuerst auf das Gericht; ein Rechtsklick nimmt dann von seiner Maske weg.</translation>
    </message>
    <message>
        <source>Add to the mask</source>
        <translation>Zur Maske hinzufügen</translation>
    </message>
    <message>
        <source>Take from the mask</source>
        <translation>Von der Maske wegnehmen</translation>
    </message>
    <message>
        <source>This segmenter offers one mask for this click; click again to refine it.</source>
        <translation>Für diesen Klick gibt es nur eine Maske; klicken Sie erneut, um sie zu verfeinern.</translation>
    </message>
</context>
<context>
    <name>Drops</name>
    <message>
        <source>One project can be open at a time; the others are as they were.</source>
        <translation>Es kann nur ein Projekt geöffnet sein; die anderen bleiben, wie sie waren.</translation>
    </message>
    <message>
        <source>Drop to open the project {name}</source>
        <translation>Loslassen, um das Projekt {name} zu öffnen</translation>
    </message>
    <message>
        <source>Drop to open these photos</source>
        <translation>Loslassen, um diese Fotos zu öffnen</translation>
    </message>
    <message>
        <source>Drop to add to {project}</source>
        <translation>Loslassen, um sie zu {project} hinzuzufügen</translation>
    </message>
</context>
<context>
    <name>Editing</name>
    <message>
        <source>Cut a polygon away</source>
        <translation>Ein Polygon wegschneiden</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>Polygon</translation>
    </message>
    <message>
        <source>Clean up</source>
        <translation>Säubern</translation>
    </message>
    <message>
        <source>There is no mask to change: click a dish, or select an object first.</source>
        <translation>Es gibt keine Maske zu ändern: Klicken Sie zuerst auf ein Gericht oder wählen Sie ein Objekt.</translation>
    </message>
    <message>
        <source>There are no small holes or crumbs in this mask.</source>
        <translation>In dieser Maske gibt es keine kleinen Löcher oder Krümel.</translation>
    </message>
</context>
<context>
    <name>Enabling</name>
    <message>
        <source>Undo: {act}</source>
        <translation>Rückgängig: {act}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo: {act}</source>
        <translation>Wiederholen: {act}</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
</context>
<context>
    <name>Encoding</name>
    <message>
        <source>encoding the photo … {share:.0%}</source>
        <translation>Foto wird eingelesen … {share:.0%}</translation>
    </message>
    <message>
        <source>encoding the photo … {elapsed:.0f} of about {usual:.0f} s</source>
        <translation>Foto wird eingelesen … {elapsed:.0f} von etwa {usual:.0f} s</translation>
    </message>
    <message>
        <source>encoding the photo … {elapsed:.0f} s</source>
        <translation>Foto wird eingelesen … {elapsed:.0f} s</translation>
    </message>
    <message>
        <source>encoding the photo …</source>
        <translation>Foto wird eingelesen …</translation>
    </message>
    <message>
        <source>loading the segmenter …</source>
        <translation>Segmentierer wird geladen …</translation>
    </message>
    <message>
        <source>Your click is kept and answered then.</source>
        <translation>Ihr Klick ist gemerkt und wird dann beantwortet.</translation>
    </message>
</context>
<context>
    <name>EndButtons</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Go on where it was</source>
        <translation>Dort weitermachen</translation>
    </message>
    <message>
        <source>Use the best so far</source>
        <translation>Das bisher beste verwenden</translation>
    </message>
    <message>
        <source>Decide about the new model …</source>
        <translation>Über das neue Modell entscheiden …</translation>
    </message>
    <message>
        <source>Again with {count} items a step</source>
        <translation>Noch einmal mit {count} Objekten je Schritt</translation>
    </message>
    <message>
        <source>Keep the old one</source>
        <translation>Altes behalten</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
</context>
<context>
    <name>Enough</name>
    <message>
        <source>Named items: {items}, on photos: {photos}</source>
        <translation>Benannte Objekte: {items}, auf Fotos: {photos}</translation>
    </message>
    <message>
        <source>Name items of at least two classes on two photos first.</source>
        <translation>Benennen Sie zuerst Objekte aus mindestens zwei Klassen auf zwei Fotos.</translation>
    </message>
    <message>
        <source>Little to learn from, so these names will come less surely:</source>
        <translation>Wenig, um daraus zu lernen; diese Namen kommen weniger sicher:</translation>
    </message>
    <message>
        <source>fewer</source>
        <translation>weniger</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more class(es)</source>
        <translation>
            <numerusform>%Ln weitere Klasse</numerusform>
            <numerusform>%Ln weitere Klassen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EntriesModel</name>
    <message>
        <source>no name yet</source>
        <translation>noch kein Name</translation>
    </message>
    <message>
        <source>the model says {name}, {percent} percent</source>
        <translation>das Modell sagt {name}, {percent} Prozent</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>gelöscht</translation>
    </message>
    <message>
        <source>verified</source>
        <translation>geprüft</translation>
    </message>
    <message>
        <source>named</source>
        <translation>benannt</translation>
    </message>
</context>
<context>
    <name>Evaluating</name>
    <message>
        <source>The evaluation is done; Model &gt; Evaluate shows it.</source>
        <translation>Die Bewertung ist fertig; Modell &gt; Bewerten zeigt sie.</translation>
    </message>
</context>
<context>
    <name>EvaluationDialog</name>
    <message>
        <source>Evaluate a model</source>
        <translation>Ein Modell bewerten</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Progress of the evaluation</source>
        <translation>Fortschritt der Bewertung</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Bewerten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Open the report</source>
        <translation>Bericht öffnen</translation>
    </message>
    <message>
        <source>Save the report …</source>
        <translation>Bericht speichern …</translation>
    </message>
    <message>
        <source>Look-alikes …</source>
        <translation>Verwechselbare …</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>This runs in a process of its own; go on working meanwhile, also with this window closed.</source>
        <translation>Das läuft in einem eigenen Prozess; es kann währenddessen weitergearbeitet werden, auch wenn dieses Fenster zu ist.</translation>
    </message>
    <message>
        <source>{name} (in use)</source>
        <translation>{name} (in Gebrauch)</translation>
    </message>
    <message>
        <source>{name} (comes with the program)</source>
        <translation>{name} (kommt mit dem Programm)</translation>
    </message>
    <message>
        <source>Some edits are not saved yet; free some disk space and evaluate again.</source>
        <translation>Einige Änderungen sind noch nicht gespeichert; bitte Platz auf der Platte schaffen und noch einmal bewerten.</translation>
    </message>
    <message>
        <source>Starting …</source>
        <translation>Wird gestartet …</translation>
    </message>
    <message>
        <source>Cancelling …</source>
        <translation>Wird abgebrochen …</translation>
    </message>
    <message>
        <source>The network looks at the items …</source>
        <translation>Das Netz sieht sich die Objekte an …</translation>
    </message>
    <message>
        <source>Reading photo {done} of {total}</source>
        <translation>Foto {done} von {total} wird gelesen</translation>
    </message>
    <message>
        <source>Web pages (*.html)</source>
        <translation>Webseiten (*.html)</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>The report is in {path}.</source>
        <translation>Der Bericht liegt in {path}.</translation>
    </message>
</context>
<context>
    <name>EvaluationForm</name>
    <message>
        <source>Shuffled patches: only colours and textures are left</source>
        <translation>Vertauschte Kacheln: nur Farben und Texturen bleiben</translation>
    </message>
    <message>
        <source>Shifted pictures: things are not where they were</source>
        <translation>Verschobene Bilder: nichts ist, wo es war</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Judged by</source>
        <translation>Beurteilt an</translation>
    </message>
    <message>
        <source>the named items of this project</source>
        <translation>den benannten Objekten dieses Projekts</translation>
    </message>
    <message>
        <source>the named items of another project</source>
        <translation>den benannten Objekten eines anderen Projekts</translation>
    </message>
    <message>
        <source>labelled photos in a folder or file</source>
        <translation>beschrifteten Fotos in einem Ordner oder einer Datei</translation>
    </message>
    <message>
        <source>Where they are</source>
        <translation>Wo sie liegen</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Choose what to judge by</source>
        <translation>Wählen, woran beurteilt wird</translation>
    </message>
    <message>
        <source>Which photos</source>
        <translation>Welche Fotos</translation>
    </message>
    <message>
        <source>those that the model was not trained on</source>
        <translation>die, mit denen das Modell nicht trainiert wurde</translation>
    </message>
    <message>
        <source>only those that the project holds out for good</source>
        <translation>nur die, die das Projekt für immer zurückhält</translation>
    </message>
    <message>
        <source>all of them; those it was trained on are marked</source>
        <translation>alle; die, mit denen es trainiert wurde, sind gekennzeichnet</translation>
    </message>
    <message>
        <source>Own noises, separated by semicolons</source>
        <translation>Eigene Störungen, durch Strichpunkte getrennt</translation>
    </message>
    <message>
        <source>What is missing</source>
        <translation>Was fehlt</translation>
    </message>
    <message>
        <source>With noise</source>
        <translation>Mit Störung</translation>
    </message>
    <message>
        <source>Own noises</source>
        <translation>Eigene Störungen</translation>
    </message>
    <message>
        <source>Look-alikes</source>
        <translation>Verwechselbare</translation>
    </message>
    <message>
        <source>none yet; Model &gt; Look-alikes keeps them, and the report suggests some</source>
        <translation>noch keine; sie stehen unter Modell &gt; Verwechselbare, und der Bericht schlägt welche vor</translation>
    </message>
    <message>
        <source>a project (.rver)</source>
        <translation>ein Projekt (.rver)</translation>
    </message>
    <message>
        <source>pairs, a folder for each class, COCO, YOLO, labelme, …</source>
        <translation>Paare, ein Ordner je Klasse, COCO, YOLO, labelme, …</translation>
    </message>
    <message>
        <source>Projects (*.rver)</source>
        <translation>Projekte (*.rver)</translation>
    </message>
    <message>
        <source>Judge by</source>
        <translation>Beurteilen an</translation>
    </message>
    <message>
        <source>Looking for models …</source>
        <translation>Modelle werden gesucht …</translation>
    </message>
    <message>
        <source>There is no model yet; train one first.</source>
        <translation>Es gibt noch kein Modell; bitte zuerst eines trainieren.</translation>
    </message>
    <message>
        <source>Choose the labelled photos to judge by.</source>
        <translation>Bitte die beschrifteten Fotos wählen, an denen beurteilt wird.</translation>
    </message>
    <message>
        <source>There is no {path}.</source>
        <translation>{path} gibt es nicht.</translation>
    </message>
    <message>
        <source>A folder holds no photos out for good; choose other photos.</source>
        <translation>Ein Ordner hält keine Fotos für immer zurück; bitte andere Fotos wählen.</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export labelled items</source>
        <translation>Benannte Objekte exportieren</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Where to</source>
        <translation>Wohin</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>Fortschritt des Exports</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Export into</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <source>Choose where to export to</source>
        <translation>Wählen, wohin exportiert wird</translation>
    </message>
    <message>
        <source>What will be written</source>
        <translation>Was geschrieben wird</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>How</source>
        <translation>Wie</translation>
    </message>
    <message>
        <source>Train and test</source>
        <translation>Trainieren und testen</translation>
    </message>
    <message>
        <source>{format} (*{suffix})</source>
        <translation>{format} (*{suffix})</translation>
    </message>
    <message>
        <source>Choose at least one class.</source>
        <translation>Wählen Sie mindestens eine Klasse.</translation>
    </message>
    <message>
        <source>Counting …</source>
        <translation>Wird gezählt …</translation>
    </message>
    <message>
        <source>No item fits these choices yet.</source>
        <translation>Noch passt kein Objekt zu dieser Auswahl.</translation>
    </message>
    <message>
        <source>{items} on {photos}</source>
        <translation>{items} auf {photos}</translation>
    </message>
    <message>
        <source>train</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>test</source>
        <translation>Test</translation>
    </message>
    <message>
        <source>{count} for {part}</source>
        <translation>{count} für {part}</translation>
    </message>
    <message>
        <source> and {count} more classes</source>
        <translation> und {count} weitere Klassen</translation>
    </message>
    <message>
        <source>{count} cannot be written; the export says which.</source>
        <translation>{count} lassen sich nicht schreiben; der Export sagt, welche.</translation>
    </message>
    <message>
        <source>Some edits are not saved yet; free some disk space and export again.</source>
        <translation>Einige Änderungen sind noch nicht gespeichert; schaffen Sie Platz auf der Festplatte und exportieren Sie erneut.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Exporting …</source>
        <translation>Export läuft …</translation>
    </message>
    <message>
        <source>{done} of {total} photos</source>
        <translation>{done} von {total} Fotos</translation>
    </message>
    <message>
        <source>Written to {out}: {items} of {photos}.</source>
        <translation>Geschrieben nach {out}: {items} aus {photos}.</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>und {count} weitere</translation>
    </message>
    <message>
        <source>Left out:</source>
        <translation>Ausgelassen:</translation>
    </message>
</context>
<context>
    <name>FolderWatch</name>
    <message>
        <source>This project is open read-only.</source>
        <translation>Dieses Projekt ist schreibgeschützt geöffnet.</translation>
    </message>
    <message>
        <source>Missing photos taken off the list: {n}.</source>
        <translation>Fehlende Fotos von der Liste genommen: {n}.</translation>
    </message>
    <message>
        <source>With items, so they stay: {n}.</source>
        <translation>Mit Objekten, daher bleiben sie: {n}.</translation>
    </message>
    <message>
        <source>No photo is missing.</source>
        <translation>Es fehlt kein Foto.</translation>
    </message>
    <message>
        <source>new photos: {n}</source>
        <translation>neue Fotos: {n}</translation>
    </message>
    <message>
        <source>found again in another place: {n}</source>
        <translation>an anderer Stelle wiedergefunden: {n}</translation>
    </message>
    <message>
        <source>there again: {n}</source>
        <translation>wieder da: {n}</translation>
    </message>
    <message>
        <source>no longer there: {n} ({names}); their items are kept</source>
        <translation>nicht mehr da: {n} ({names}); ihre Objekte bleiben erhalten</translation>
    </message>
    <message>
        <source>changed by another program: {n} ({names})</source>
        <translation>von einem anderen Programm verändert: {n} ({names})</translation>
    </message>
    <message>
        <source>All photos are where they were, and there are no new ones.</source>
        <translation>Alle Fotos sind, wo sie waren, und es gibt keine neuen.</translation>
    </message>
</context>
<context>
    <name>Formats</name>
    <message>
        <source>Pairs for training RveRNet</source>
        <translation>Paare zum Trainieren von RveRNet</translation>
    </message>
    <message>
        <source>The ROI and the extra-ROI view of every object as pictures, in the layout of the paper's data.</source>
        <translation>Die ROI- und die Extra-ROI-Ansicht jedes Objekts als Bilder, angeordnet wie die Daten der Veröffentlichung.</translation>
    </message>
    <message>
        <source>COCO JSON</source>
        <translation>COCO-JSON</translation>
    </message>
    <message>
        <source>YOLO data set</source>
        <translation>YOLO-Datensatz</translation>
    </message>
    <message>
        <source>Photos, one text file of outlines (or boxes) each, and data.yaml, as ultralytics trains on it.</source>
        <translation>Fotos, zu jedem eine Textdatei mit Umrissen (oder Rahmen), und data.yaml, wie ultralytics damit trainiert.</translation>
    </message>
    <message>
        <source>labelme JSON</source>
        <translation>labelme-JSON</translation>
    </message>
    <message>
        <source>Photos with a JSON file each beside them, to go on by hand in labelme.</source>
        <translation>Fotos mit je einer JSON-Datei daneben, um in labelme von Hand weiterzuarbeiten.</translation>
    </message>
    <message>
        <source>Index masks (FoodSeg103's layout)</source>
        <translation>Indexmasken (wie FoodSeg103)</translation>
    </message>
    <message>
        <source>A PNG a photo whose pixels are numbers of classes, and the list of them; for semantic segmentation.</source>
        <translation>Zu jedem Foto ein PNG, dessen Pixel Nummern von Klassen sind, und deren Liste; für semantische Segmentierung.</translation>
    </message>
    <message>
        <source>A mask for each object</source>
        <translation>Eine Maske je Objekt</translation>
    </message>
    <message>
        <source>Black and white PNGs of the photo's size in folders by class, with a table that says which is which.</source>
        <translation>Schwarzweiße PNGs in der Größe des Fotos, in Ordnern nach Klassen, mit einer Tabelle, was was ist.</translation>
    </message>
    <message>
        <source>Cut-outs in folders by class (ImageFolder)</source>
        <translation>Ausschnitte in Ordnern nach Klassen (ImageFolder)</translation>
    </message>
    <message>
        <source>One picture an object in a folder of its class, for classifiers that know no masks.</source>
        <translation>Ein Bild je Objekt im Ordner seiner Klasse, für Klassifikatoren, die keine Masken kennen.</translation>
    </message>
    <message>
        <source>CSV table</source>
        <translation>CSV-Tabelle</translation>
    </message>
    <message>
        <source>One line an object for spreadsheets: photo, class, box, area, who named it, the mask as run lengths.</source>
        <translation>Eine Zeile je Objekt für Tabellenprogramme: Foto, Klasse, Rahmen, Fläche, wer es benannt hat, die Maske als Lauflängen.</translation>
    </message>
    <message>
        <source>A folder with data.yaml (or classes.txt), images and labels: outlines, or boxes that are cut out.</source>
        <translation>Ein Ordner mit data.yaml (oder classes.txt), Bildern und Beschriftungen: Umrisse, oder Rahmen, die ausgeschnitten werden.</translation>
    </message>
    <message>
        <source>A folder of photos with labelme's JSON files beside them, or one such file.</source>
        <translation>Ein Ordner mit Fotos und den JSON-Dateien von labelme daneben, oder eine solche Datei.</translation>
    </message>
    <message>
        <source>FoodSeg103</source>
        <translation>FoodSeg103</translation>
    </message>
    <message>
        <source>The unpacked data set: Images/img_dir, Images/ann_dir and category_id.txt.</source>
        <translation>Der entpackte Datensatz: Images/img_dir, Images/ann_dir und category_id.txt.</translation>
    </message>
    <message>
        <source>Index masks</source>
        <translation>Indexmasken</translation>
    </message>
    <message>
        <source>PNGs whose pixels are numbers of classes, a list of the classes, and the photos of the same names.</source>
        <translation>PNGs, deren Pixel Nummern von Klassen sind, eine Liste der Klassen und die Fotos mit denselben Namen.</translation>
    </message>
    <message>
        <source>Pairs (RveRNet's data)</source>
        <translation>Paare (Daten von RveRNet)</translation>
    </message>
    <message>
        <source>Folders train and test with roi and extra-roi; photos are put together from their views, unless the originals are given.</source>
        <translation>Ordner train und test mit roi und extra-roi; Fotos werden aus ihren Ansichten zusammengesetzt, wenn die Originale nicht angegeben sind.</translation>
    </message>
    <message>
        <source>Folders of classes (ImageFolder)</source>
        <translation>Ordner nach Klassen (ImageFolder)</translation>
    </message>
    <message>
        <source>A folder for each class, perhaps below train and test; the object is what CLASS/masks says, what is not transparent, or the whole photo.</source>
        <translation>Ein Ordner je Klasse, vielleicht unter train und test; das Objekt ist, was in KLASSE/masks steht, was nicht durchsichtig ist, oder das ganze Foto.</translation>
    </message>
    <message>
        <source>A folder that an export of masks made, with objects.csv.</source>
        <translation>Ein Ordner, den ein Export von Masken gemacht hat, mit objects.csv.</translation>
    </message>
    <message>
        <source>A table that an export made, with masks as run lengths; the photos beside it or in a folder of their own.</source>
        <translation>Eine Tabelle, die ein Export gemacht hat, mit Masken als Lauflängen; die Fotos daneben oder in einem eigenen Ordner.</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>png is exact and larger: the two views add up to the photo.</source>
        <translation>PNG ist genau und größer: Beide Ansichten ergeben zusammen das Foto.</translation>
    </message>
    <message>
        <source>JPEG</source>
        <translation>JPEG</translation>
    </message>
    <message>
        <source>PNG (exact)</source>
        <translation>PNG (genau)</translation>
    </message>
    <message>
        <source>Only around the object</source>
        <translation>Nur um das Objekt herum</translation>
    </message>
    <message>
        <source>Cut both views to the object's box with a margin; else they have the photo's size, as published.</source>
        <translation>Beide Ansichten auf den Rahmen des Objekts mit einem Rand beschneiden; sonst haben sie die Größe des Fotos, wie veröffentlicht.</translation>
    </message>
    <message>
        <source>Margin</source>
        <translation>Rand</translation>
    </message>
    <message>
        <source>With crop: how much is added on each side, as a share of the object's longer side.</source>
        <translation>Beim Beschneiden: wie viel auf jeder Seite dazukommt, als Anteil der längeren Seite des Objekts.</translation>
    </message>
    <message>
        <source>Longest side</source>
        <translation>Längste Seite</translation>
    </message>
    <message>
        <source>In pixels; larger ones are made smaller, 0 leaves them.</source>
        <translation>In Pixeln; größere Bilder werden verkleinert, 0 lässt sie, wie sie sind.</translation>
    </message>
    <message>
        <source>Masks as</source>
        <translation>Masken als</translation>
    </message>
    <message>
        <source>rle: run lengths; polygons: outlines along the pixels' edges, holes joined by a cut of no width. pycocotools makes exactly the mask of both.</source>
        <translation>Lauflängen, oder Umrisse entlang der Pixelkanten, Löcher durch einen Schnitt ohne Breite verbunden. pycocotools macht aus beiden genau die Maske.</translation>
    </message>
    <message>
        <source>run lengths</source>
        <translation>Lauflängen</translation>
    </message>
    <message>
        <source>polygons</source>
        <translation>Polygone</translation>
    </message>
    <message>
        <source>leave: where they are; in a folder also copy: the files as they are; link: links to them; convert: upright JPEG copies.</source>
        <translation>lassen: wo sie sind; in einem Ordner auch kopieren: die Dateien, wie sie sind; verknüpfen: Verweise auf sie; umwandeln: aufrechte JPEG-Kopien.</translation>
    </message>
    <message>
        <source>leave them where they are</source>
        <translation>lassen, wo sie sind</translation>
    </message>
    <message>
        <source>Outlines may be off by</source>
        <translation>Umrisse dürfen abweichen um</translation>
    </message>
    <message>
        <source>How far, in pixels, an outline may leave the mask's edge to need fewer corners; 0 follows every pixel and gives the mask back exactly.</source>
        <translation>Wie weit, in Pixeln, ein Umriss vom Rand der Maske abweichen darf, um weniger Ecken zu brauchen; 0 folgt jedem Pixel und ergibt wieder genau die Maske.</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>copy: the files as they are; link: links to them, no space needed; convert: upright JPEG, for programs that ignore EXIF's orientation or know no HEIC.</source>
        <translation>Die Dateien, wie sie sind; Verknüpfungen, die keinen Platz brauchen; oder aufrechte JPEGs, für Programme, die EXIFs Ausrichtung übergehen oder kein HEIC kennen.</translation>
    </message>
    <message>
        <source>copy them</source>
        <translation>kopieren</translation>
    </message>
    <message>
        <source>One file with every mask, box and class, what most segmentation tools read; or a folder of such files.</source>
        <translation>Eine Datei mit jeder Maske, jedem Rahmen und jeder Klasse, die fast alle Segmentierprogramme lesen; oder ein Ordner solcher Dateien.</translation>
    </message>
    <message>
        <source>A file of instances with polygons, run lengths or boxes, or a folder with one for each part; the photos lie beside it or in a folder of their own.</source>
        <translation>Eine Datei von Objekten mit Umrissen, Lauflängen oder Rahmen oder ein Ordner mit einer für jeden Teil; die Fotos liegen daneben oder in einem eigenen Ordner.</translation>
    </message>
    <message>
        <source>link to them</source>
        <translation>verknüpfen</translation>
    </message>
    <message>
        <source>write upright JPEG copies</source>
        <translation>als aufrechte JPEGs schreiben</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Beschriftungen</translation>
    </message>
    <message>
        <source>polygons: for segmentation; boxes: for detection.</source>
        <translation>Polygone zum Segmentieren, Rahmen zum Erkennen.</translation>
    </message>
    <message>
        <source>polygons (segmentation)</source>
        <translation>Polygone (Segmentierung)</translation>
    </message>
    <message>
        <source>boxes (detection)</source>
        <translation>Rahmen (Erkennung)</translation>
    </message>
    <message>
        <source>polygon: outlines to edit by hand, the parts of an object share a group; mask: every pixel, for labelme 5.2 or newer.</source>
        <translation>Umrisse, die sich von Hand bearbeiten lassen, die Teile eines Objekts teilen eine Gruppe; oder jedes Pixel, für labelme ab 5.2.</translation>
    </message>
    <message>
        <source>exact masks</source>
        <translation>genaue Masken</translation>
    </message>
    <message>
        <source>copy: the files as they are; link: links to them; convert: upright JPEG copies.</source>
        <translation>Die Dateien, wie sie sind; Verknüpfungen; oder aufrechte JPEGs.</translation>
    </message>
    <message>
        <source>Around the object</source>
        <translation>Um das Objekt herum</translation>
    </message>
    <message>
        <source>keep: what is on the photo; black: nothing; transparent: nothing, and always PNG.</source>
        <translation>Was auf dem Foto ist; nichts (schwarz); oder nichts (durchsichtig), immer als PNG.</translation>
    </message>
    <message>
        <source>the photo</source>
        <translation>das Foto</translation>
    </message>
    <message>
        <source>black</source>
        <translation>schwarz</translation>
    </message>
    <message>
        <source>nothing (transparent PNG)</source>
        <translation>nichts (durchsichtiges PNG)</translation>
    </message>
    <message>
        <source>How much is added on each side, as a share of the longer side.</source>
        <translation>Wie viel auf jeder Seite dazukommt, als Anteil der längeren Seite.</translation>
    </message>
    <message>
        <source>png is exact and larger.</source>
        <translation>PNG ist genau und größer.</translation>
    </message>
    <message>
        <source>PNG</source>
        <translation>PNG</translation>
    </message>
    <message>
        <source>Crowds</source>
        <translation>Mengen</translation>
    </message>
    <message>
        <source>skip: leave out annotations of many objects at once (iscrowd); keep: take each as one object.</source>
        <translation>Einträge für viele Objekte auf einmal (iscrowd) auslassen, oder jeden als ein Objekt nehmen.</translation>
    </message>
    <message>
        <source>leave out</source>
        <translation>auslassen</translation>
    </message>
    <message>
        <source>take as one object</source>
        <translation>als ein Objekt nehmen</translation>
    </message>
    <message>
        <source>Each piece is an object</source>
        <translation>Jedes Stück ist ein Objekt</translation>
    </message>
    <message>
        <source>Each connected part of a class is an object of its own; else a class is one object a photo.</source>
        <translation>Jeder zusammenhängende Teil einer Klasse ist ein eigenes Objekt; sonst ist eine Klasse ein Objekt je Foto.</translation>
    </message>
    <message>
        <source>List of classes</source>
        <translation>Liste der Klassen</translation>
    </message>
    <message>
        <source>A text file: “number, tab, name” a line, or a name a line from number 1 on (from 0 if the first is the background); looked for beside the masks.</source>
        <translation>Eine Textdatei: je Zeile „Nummer, Tabulator, Name“ oder ein Name, gezählt ab 1 (ab 0, wenn der erste der Hintergrund ist); gesucht wird neben den Masken.</translation>
    </message>
</context>
<context>
    <name>Gate</name>
    <message>
        <source>No model is in use that it could be compared with.</source>
        <translation>Es ist kein Modell in Gebrauch, mit dem es verglichen werden könnte.</translation>
    </message>
    <message>
        <source>{name} names from now on.</source>
        <translation>{name} benennt ab jetzt.</translation>
    </message>
    <message>
        <source>{name} is the first model of this project and names from now on: {right} right, F1 {f1:.2f}, on {photos} that it has not learnt from.</source>
        <translation>{name} ist das erste Modell dieses Projekts und benennt ab jetzt: {right} richtig, F1 {f1:.2f}, gemessen an {photos}, ohne daraus gelernt zu haben.</translation>
    </message>
    <message>
        <source>The comparison was cancelled. Without one nobody knows which model is better.</source>
        <translation>Der Vergleich wurde abgebrochen. Ohne ihn weiß niemand, welches Modell besser ist.</translation>
    </message>
    <message>
        <source>{name} names from now on. Model &gt; Go back to the model before takes that back.</source>
        <translation>{name} benennt ab jetzt. Modell &gt; Zurück zum vorigen Modell nimmt das zurück.</translation>
    </message>
    <message>
        <source>The present model stays. {name} is kept in Model &gt; History of models.</source>
        <translation>Das jetzige Modell bleibt. {name} bleibt unter Modell &gt; Verlauf der Modelle.</translation>
    </message>
    <message>
        <source>the model that comes with the program</source>
        <translation>das Modell, das zum Programm gehört</translation>
    </message>
    <message>
        <source>{name} names again.</source>
        <translation>{name} benennt wieder.</translation>
    </message>
    <message>
        <source>The new model is better</source>
        <translation>Das neue Modell ist besser</translation>
    </message>
    <message>
        <source>The new model is worse</source>
        <translation>Das neue Modell ist schlechter</translation>
    </message>
    <message>
        <source>Too few photos to tell which model is better</source>
        <translation>Zu wenige Fotos, um zu sagen, welches Modell besser ist</translation>
    </message>
    <message>
        <source>No clear difference between the models</source>
        <translation>Kein klarer Unterschied zwischen den Modellen</translation>
    </message>
    <message>
        <source>{objects} on {photos}, unknown to both models: {new} names {now} right, {old} {before}.</source>
        <translation>{objects} auf {photos}, beiden Modellen unbekannt: {new} benennt {now} richtig, {old} {before}.</translation>
    </message>
    <message>
        <source>That is more than chance explains.</source>
        <translation>Das ist mehr, als Zufall erklärt.</translation>
    </message>
    <message>
        <source>That is more than chance explains, so the present model stays unless you say so.</source>
        <translation>Das ist mehr, als Zufall erklärt; das jetzige Modell bleibt, solange Sie nichts anderes sagen.</translation>
    </message>
    <message>
        <source>Label more photos: from {count} held-out ones on the comparison says something.</source>
        <translation>Mehr Fotos beschriften: ab {count} zurückgehaltenen sagt der Vergleich etwas aus.</translation>
    </message>
    <message>
        <source>Such a difference can be chance. A model that has seen more photos is mostly the safer one.</source>
        <translation>Ein solcher Unterschied kann Zufall sein. Ein Modell, das mehr Fotos gesehen hat, ist meist das sicherere.</translation>
    </message>
    <message>
        <source>points</source>
        <translation>Punkte</translation>
    </message>
    <message>
        <source>{name}: {old} before, {new} now, difference {value} {unit} (95 %: {low} to {high})</source>
        <translation>{name}: vorher {old}, jetzt {new}, Unterschied {value} {unit} (95 %: {low} bis {high})</translation>
    </message>
    <message>
        <source>before</source>
        <translation>vorher</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>change</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>worse – better, with 95 % interval</source>
        <translation>schlechter – besser, mit 95-%-Intervall</translation>
    </message>
</context>
<context>
    <name>GateDialog</name>
    <message>
        <source>Use the new model?</source>
        <translation>Das neue Modell verwenden?</translation>
    </message>
    <message>
        <source>How far the comparison is</source>
        <translation>Wie weit der Vergleich ist</translation>
    </message>
    <message>
        <source>Scores of both models</source>
        <translation>Werte beider Modelle</translation>
    </message>
    <message>
        <source>on the same held-out photos</source>
        <translation>auf denselben Fotos</translation>
    </message>
    <message>
        <source>F1 of each class</source>
        <translation>F1 jeder Klasse</translation>
    </message>
    <message>
        <source>class (F1)</source>
        <translation>Klasse (F1)</translation>
    </message>
    <message>
        <source>F1 on look-alikes</source>
        <translation>F1 bei Verwechselbarem</translation>
    </message>
    <message>
        <source>look-alikes (F1)</source>
        <translation>Verwechselbares (F1)</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Cancel the comparison</source>
        <translation>Vergleich abbrechen</translation>
    </message>
    <message>
        <source>Compare again</source>
        <translation>Noch einmal vergleichen</translation>
    </message>
    <message>
        <source>Keep the present model</source>
        <translation>Das jetzige Modell behalten</translation>
    </message>
    <message>
        <source>Use the new model</source>
        <translation>Das neue Modell verwenden</translation>
    </message>
    <message>
        <source>Comparing the models …</source>
        <translation>Die Modelle werden verglichen …</translation>
    </message>
    <message>
        <source>{new} and {old}, which names now, are asked for the same objects, on photos that neither has learnt from. Go on labelling meanwhile.</source>
        <translation>{new} und {old}, das jetzt benennt, werden nach denselben Objekten gefragt, auf Fotos, aus denen keines gelernt hat. Beschriften Sie inzwischen weiter.</translation>
    </message>
    <message>
        <source>PyTorch is being loaded …</source>
        <translation>PyTorch wird geladen …</translation>
    </message>
    <message>
        <source>Reading photos</source>
        <translation>Fotos werden gelesen</translation>
    </message>
    <message>
        <source>Asking both models</source>
        <translation>Beide Modelle werden gefragt</translation>
    </message>
    <message>
        <source>{what}: {done} of {total}</source>
        <translation>{what}: {done} von {total}</translation>
    </message>
    <message>
        <source>The models could not be compared</source>
        <translation>Die Modelle konnten nicht verglichen werden</translation>
    </message>
    <message>
        <source>named right (top-1)</source>
        <translation>richtig benannt (Top-1)</translation>
    </message>
    <message>
        <source>right among five (top-5)</source>
        <translation>richtig unter fünf (Top-5)</translation>
    </message>
    <message>
        <source>all classes alike (macro F1)</source>
        <translation>alle Klassen gleich (Makro-F1)</translation>
    </message>
    <message>
        <source>error of the probabilities (ECE)</source>
        <translation>Fehler der Wahrscheinlichkeiten (ECE)</translation>
    </message>
    <message>
        <source>Mistakes with photos</source>
        <translation>Fehler mit Fotos</translation>
    </message>
    <message>
        <source>Class by class</source>
        <translation>Klasse für Klasse</translation>
    </message>
    <message>
        <source>Look-alikes</source>
        <translation>Verwechselbares</translation>
    </message>
    <message>
        <source>Use the new model all the same</source>
        <translation>Das neue Modell trotzdem verwenden</translation>
    </message>
</context>
<context>
    <name>Grid</name>
    <message>
        <source>Objects to review</source>
        <translation>Objekte zum Durchsehen</translation>
    </message>
</context>
<context>
    <name>HistoryDialog</name>
    <message>
        <source>History of models</source>
        <translation>Verlauf der Modelle</translation>
    </message>
    <message>
        <source>About the model</source>
        <translation>Über das Modell</translation>
    </message>
    <message>
        <source>Compare with the one in use …</source>
        <translation>Mit dem benutzten vergleichen …</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>Dieses Modell verwenden</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Entstanden</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Learnt from</source>
        <translation>Gelernt aus</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Richtig</translation>
    </message>
    <message>
        <source>Macro F1</source>
        <translation>Makro-F1</translation>
    </message>
    <message>
        <source>The one with ● names now. Nothing is ever deleted: every model can be used again.</source>
        <translation>Das mit ● benennt jetzt. Nichts wird je gelöscht: Jedes Modell lässt sich wieder verwenden.</translation>
    </message>
    <message>
        <source>No model was trained in this project yet. Model &gt; Retrain makes the first one.</source>
        <translation>In diesem Projekt wurde noch kein Modell trainiert. Modell &gt; Nachtrainieren macht das erste.</translation>
    </message>
    <message>
        <source>scratch</source>
        <translation>von Grund auf</translation>
    </message>
    <message>
        <source>cannot be used</source>
        <translation>nicht verwendbar</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>in Gebrauch</translation>
    </message>
    <message>
        <source>Go back to {name}</source>
        <translation>Zurück zu {name}</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>Zurück</translation>
    </message>
</context>
<context>
    <name>HistoryDock</name>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
</context>
<context>
    <name>HistoryModel</name>
    <message>
        <source>As it was in the beginning</source>
        <translation>Wie es am Anfang war</translation>
    </message>
    <message>
        <source>{count} photos</source>
        <translation>{count} Fotos</translation>
    </message>
    <message>
        <source>here</source>
        <translation>hier</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>zurückgenommen</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>Steps that can be taken back</source>
        <translation>Schritte, die sich zurücknehmen lassen</translation>
    </message>
    <message>
        <source>Return goes back or forth to the step.</source>
        <translation>Die Eingabetaste geht zu diesem Schritt vor oder zurück.</translation>
    </message>
    <message>
        <source>Every step shows up here; click one to go back to it.</source>
        <translation>Jeder Schritt erscheint hier; ein Klick darauf führt zu ihm zurück.</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Import labels</source>
        <translation>Erfasstes importieren</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Woher</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>where the format puts them</source>
        <translation>wo das Format sie ablegt</translation>
    </message>
    <message>
        <source>Boxes without masks</source>
        <translation>Rahmen ohne Masken</translation>
    </message>
    <message>
        <source>cut out with {segmenter}</source>
        <translation>ausschneiden mit {segmenter}</translation>
    </message>
    <message>
        <source>take as rectangles</source>
        <translation>als Rechtecke nehmen</translation>
    </message>
    <message>
        <source>leave out</source>
        <translation>auslassen</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Was gefunden wurde</translation>
    </message>
    <message>
        <source>What was left out</source>
        <translation>Was ausgelassen wurde</translation>
    </message>
    <message>
        <source>Progress of the import</source>
        <translation>Fortschritt des Imports</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Nachsehen</translation>
    </message>
    <message>
        <source>Labelled: {photos}, {classes}. Look at the names, then import.</source>
        <translation>Beschriftet: {photos}, {classes}. Sehen Sie die Namen durch, dann importieren.</translation>
    </message>
    <message>
        <source>New: {items} on {photos}; {undo} takes that back.</source>
        <translation>Neu: {items} auf {photos}; {undo} nimmt das zurück.</translation>
    </message>
    <message>
        <source>Cut out of boxes, waiting to be confirmed: {count}.</source>
        <translation>Aus Rahmen ausgeschnitten, noch zu bestätigen: {count}.</translation>
    </message>
    <message>
        <source>There already: {count}.</source>
        <translation>Schon vorhanden: {count}.</translation>
    </message>
    <message>
        <source>Named that had no name: {count}.</source>
        <translation>Nun benannt, vorher ohne Namen: {count}.</translation>
    </message>
    <message>
        <source>There under another name, too, and both kept: {count}.</source>
        <translation>Auch unter anderem Namen vorhanden, beide behalten: {count}.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>the segmenter</source>
        <translation>dem Segmentierer</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Choose: {name}</source>
        <translation>Wählen: {name}</translation>
    </message>
    <message>
        <source>What the classes are called in this project</source>
        <translation>Wie die Klassen in diesem Projekt heißen</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Ausgelassen</translation>
    </message>
    <message>
        <source>First look what there is; nothing is written before you have seen it.</source>
        <translation>Sehen Sie zuerst nach, was da ist; nichts wird geschrieben, bevor Sie es gesehen haben.</translation>
    </message>
    <message>
        <source>A file …</source>
        <translation>Eine Datei …</translation>
    </message>
    <message>
        <source>A folder …</source>
        <translation>Ein Ordner …</translation>
    </message>
    <message>
        <source>Import from</source>
        <translation>Importieren aus</translation>
    </message>
    <message>
        <source>Folder of the photos</source>
        <translation>Ordner der Fotos</translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation>Wird nachgesehen …</translation>
    </message>
    <message>
        <source>Some edits are not saved yet; free some disk space and import again.</source>
        <translation>Einige Änderungen sind noch nicht gespeichert; schaffen Sie Platz auf der Festplatte und importieren Sie erneut.</translation>
    </message>
    <message>
        <source>Importing …</source>
        <translation>Import läuft …</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>und {count} weitere</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Angehalten.</translation>
    </message>
</context>
<context>
    <name>Importer</name>
    <message>
        <source>Import {name}</source>
        <translation>{name} importieren</translation>
    </message>
</context>
<context>
    <name>Importing</name>
    <message>
        <source>Imported: {items} on {photos}; {undo} takes that back.</source>
        <translation>Importiert: {items} auf {photos}; {undo} nimmt das zurück.</translation>
    </message>
</context>
<context>
    <name>InstantLearning</name>
    <message>
        <source>Suggestions learn from every name from now on.</source>
        <translation>Die Vorschläge lernen ab jetzt aus jedem Namen.</translation>
    </message>
    <message>
        <source>Suggestions are the network's own from now on, as it was trained.</source>
        <translation>Die Vorschläge kommen ab jetzt vom Netz allein, so wie es trainiert wurde.</translation>
    </message>
    <message numerus="yes">
        <source>learnt from %Ln name(s)</source>
        <translation>
            <numerusform>aus %Ln Namen gelernt</numerusform>
            <numerusform>aus %Ln Namen gelernt</numerusform>
        </translation>
    </message>
    <message>
        <source>The suggestions have learnt from {objects} of {classes}. Model ▸ Learn from every name switches this off.</source>
        <translation>Gelernt haben die Vorschläge bisher: {objects}, {classes}. Modell ▸ Aus jedem Namen lernen schaltet das ab.</translation>
    </message>
    <message>
        <source>{count} to look at</source>
        <translation>{count} noch anzusehen</translation>
    </message>
</context>
<context>
    <name>ItemDelegate</name>
    <message>
        <source>note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Note on {name}</source>
        <translation>Notiz zu {name}</translation>
    </message>
</context>
<context>
    <name>ItemEdits</name>
    <message>
        <source>Merge {count} items</source>
        <translation>{count} Objekte vereinigen</translation>
    </message>
    <message>
        <source>They had different names; the merged object is called “{name}”. Undo brings them back.</source>
        <translation>Sie hatten verschiedene Namen; das vereinigte Objekt heißt „{name}“. „Rückgängig“ bringt sie zurück.</translation>
    </message>
    <message>
        <source>Confirm the name</source>
        <translation>Namen bestätigen</translation>
    </message>
    <message>
        <source>Confirm {count} names</source>
        <translation>{count} Namen bestätigen</translation>
    </message>
    <message>
        <source>Take the verification back</source>
        <translation>Prüfung zurücknehmen</translation>
    </message>
    <message>
        <source>Take {count} verifications back</source>
        <translation>{count} Prüfungen zurücknehmen</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Als geprüft markieren</translation>
    </message>
    <message>
        <source>Verify {count} items</source>
        <translation>{count} Objekte als geprüft markieren</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Delete a note</source>
        <translation>Notiz löschen</translation>
    </message>
    <message>
        <source>Split into {count} parts</source>
        <translation>In {count} Teile zerlegen</translation>
    </message>
    <message>
        <source>This is the last photo; there is none to copy masks to.</source>
        <translation>Dies ist das letzte Foto; es gibt keines, auf das Masken kopiert werden könnten.</translation>
    </message>
    <message>
        <source>Copy a mask on</source>
        <translation>Eine Maske weiterkopieren</translation>
    </message>
    <message>
        <source>Copy {count} masks on</source>
        <translation>{count} Masken weiterkopieren</translation>
    </message>
    <message>
        <source>Copied to {photo}, scaled from {w}x{h} to {nw}x{nh} pixels; see whether the masks still fit.</source>
        <translation>Nach {photo} kopiert, von {w}x{h} auf {nw}x{nh} Pixel skaliert; sehen Sie nach, ob die Masken noch passen.</translation>
    </message>
    <message>
        <source>Copied to {photo}; names wait there to be confirmed.</source>
        <translation>Nach {photo} kopiert; die Namen warten dort auf Bestätigung.</translation>
    </message>
</context>
<context>
    <name>ItemsModel</name>
    <message>
        <source>no name yet</source>
        <translation>noch kein Name</translation>
    </message>
    <message>
        <source>verified</source>
        <translation>geprüft</translation>
    </message>
    <message>
        <source>confirmed</source>
        <translation>bestätigt</translation>
    </message>
    <message>
        <source>not confirmed</source>
        <translation>nicht bestätigt</translation>
    </message>
    <message>
        <source>hidden</source>
        <translation>ausgeblendet</translation>
    </message>
    <message>
        <source>note: {note}</source>
        <translation>Notiz: {note}</translation>
    </message>
    <message>
        <source>Mask: {who}, {at:%Y-%m-%d %H:%M}</source>
        <translation>Maske: {who}, {at:%d.%m.%Y %H:%M}</translation>
    </message>
    <message>
        <source>Name: {who}, {at:%Y-%m-%d %H:%M}</source>
        <translation>Name: {who}, {at:%d.%m.%Y %H:%M}</translation>
    </message>
    <message>
        <source>Verified: {who}, {at:%Y-%m-%d %H:%M}</source>
        <translation>Geprüft: {who}, {at:%d.%m.%Y %H:%M}</translation>
    </message>
    <message>
        <source>Note: {note}</source>
        <translation>Notiz: {note}</translation>
    </message>
    <message>
        <source>Hidden on the photo; a click on the eye or {key} shows it again.</source>
        <translation>Auf dem Foto ausgeblendet; ein Klick auf das Auge oder {key} zeigt es wieder.</translation>
    </message>
</context>
<context>
    <name>ItemsPanel</name>
    <message>
        <source>Items of this photo</source>
        <translation>Objekte dieses Fotos</translation>
    </message>
    <message>
        <source>Nothing is cut out on this photo yet.</source>
        <translation>Auf diesem Foto ist noch nichts ausgeschnitten.</translation>
    </message>
    <message>
        <source>{count} items, {size}</source>
        <translation>{count} Objekte, {size}</translation>
    </message>
</context>
<context>
    <name>JobBar</name>
    <message>
        <source>Cancel: {what}</source>
        <translation>Abbrechen: {what}</translation>
    </message>
</context>
<context>
    <name>JudgingRun</name>
    <message>
        <source>The evaluation could not be started; run “rvergui doctor”. Your labels are safe.</source>
        <translation>Die Bewertung ließ sich nicht starten; „rvergui doctor“ sagt mehr. Die Beschriftungen sind sicher.</translation>
    </message>
    <message>
        <source>The evaluation was cancelled; nothing was changed.</source>
        <translation>Die Bewertung wurde abgebrochen; nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The evaluation ended by itself, perhaps for lack of memory. Nothing was lost.</source>
        <translation>Die Bewertung endete von selbst, vielleicht aus Mangel an Speicher. Nichts ging verloren.</translation>
    </message>
    <message>
        <source>it said nothing</source>
        <translation>es sagte nichts</translation>
    </message>
    <message>
        <source>The evaluation stopped with code {code}: {words}</source>
        <translation>Die Bewertung hielt mit Code {code} an: {words}</translation>
    </message>
</context>
<context>
    <name>KeyEditor</name>
    <message>
        <source>Change keyboard shortcuts</source>
        <translation>Tastenkürzel ändern</translation>
    </message>
    <message>
        <source>search an act or a key</source>
        <translation>Befehl oder Taste suchen</translation>
    </message>
    <message>
        <source>Search an act or a key</source>
        <translation>Befehl oder Taste suchen</translation>
    </message>
    <message>
        <source>Acts and their keys</source>
        <translation>Befehle und ihre Tasten</translation>
    </message>
    <message>
        <source>Act</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Keys of the chosen act</source>
        <translation>Tasten des gewählten Befehls</translation>
    </message>
    <message>
        <source>Change …</source>
        <translation>Ändern …</translation>
    </message>
    <message>
        <source>Add another …</source>
        <translation>Weitere hinzufügen …</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Use it here</source>
        <translation>Hier verwenden</translation>
    </message>
    <message>
        <source>Leave it there</source>
        <translation>Dort lassen</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>Alle zurücksetzen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>{keys} (changed)</source>
        <translation>{keys} (geändert)</translation>
    </message>
    <message>
        <source>no key</source>
        <translation>keine Taste</translation>
    </message>
    <message>
        <source>Press the key, alone or with Ctrl, Alt or Shift. A click elsewhere stops.</source>
        <translation>Drücken Sie die Taste, allein oder mit Strg, Alt oder Umschalt. Ein Klick anderswohin bricht ab.</translation>
    </message>
    <message>
        <source>{keys} belongs to “{other}”. If it is used here, that act loses it.</source>
        <translation>{keys} gehört zu „{other}“. Wird die Taste hier verwendet, verliert jener Befehl sie.</translation>
    </message>
    <message>
        <source>“{act}” has the key {keys} now.</source>
        <translation>„{act}“ hat jetzt die Taste {keys}.</translation>
    </message>
    <message>
        <source>Taken back from: {names}</source>
        <translation>Zurückgeholt von: {names}</translation>
    </message>
    <message>
        <source>All acts have their usual keys again.</source>
        <translation>Alle Befehle haben wieder ihre üblichen Tasten.</translation>
    </message>
</context>
<context>
    <name>KeyRecorder</name>
    <message>
        <source>Press the new key …</source>
        <translation>Neue Taste drücken …</translation>
    </message>
</context>
<context>
    <name>Labelling</name>
    <message>
        <source>Drop the draft</source>
        <translation>Entwurf verwerfen</translation>
    </message>
    <message>
        <source>Keep without a name</source>
        <translation>Ohne Namen behalten</translation>
    </message>
    <message>
        <source>Keep the refined mask</source>
        <translation>Verfeinerte Maske behalten</translation>
    </message>
    <message>
        <source>Keep a proposal</source>
        <translation>Einen Vorschlag behalten</translation>
    </message>
    <message>
        <source>Refine the mask</source>
        <translation>Maske verfeinern</translation>
    </message>
    <message>
        <source>Name {count} items “{name}”</source>
        <translation>{count} Objekte „{name}“ nennen</translation>
    </message>
    <message>
        <source>Name “{name}”</source>
        <translation>„{name}“ nennen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Delete {count} items</source>
        <translation>{count} Objekte löschen</translation>
    </message>
</context>
<context>
    <name>LiveView</name>
    <message>
        <source>Training progress</source>
        <translation>Fortschritt des Trainings</translation>
    </message>
    <message>
        <source>Log of the training</source>
        <translation>Protokoll des Trainings</translation>
    </message>
    <message>
        <source>What is shown of the training</source>
        <translation>Was vom Training gezeigt wird</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Beendet.</translation>
    </message>
    <message>
        <source>Loss and F1</source>
        <translation>Verlust und F1</translation>
    </message>
    <message>
        <source>F1 of each class</source>
        <translation>F1 jeder Klasse</translation>
    </message>
    <message>
        <source>{train} to learn from, {val} on {photos} to judge by; from {start}</source>
        <translation>{train} zum Lernen, {val} auf {photos} zum Messen; ausgehend von {start}</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>Kurven</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>Starting …</source>
        <translation>Wird gestartet …</translation>
    </message>
    <message>
        <source>PyTorch is being loaded in a process of its own; go on labelling meanwhile.</source>
        <translation>PyTorch wird in einem eigenen Prozess geladen; arbeiten Sie derweil ruhig weiter.</translation>
    </message>
    <message>
        <source>Cutting and looking: {done} of {total} …</source>
        <translation>Ausschneiden und Betrachten: {done} von {total} …</translation>
    </message>
    <message>
        <source>Training {model}</source>
        <translation>{model} wird trainiert</translation>
    </message>
    <message>
        <source>It goes on after step {step} of {steps}.</source>
        <translation>Es geht nach Schritt {step} von {steps} weiter.</translation>
    </message>
    <message>
        <source>Left out: {reason}</source>
        <translation>Ausgelassen: {reason}</translation>
    </message>
    <message>
        <source>Round {epoch}, step {step} of {steps}, at most {left} left</source>
        <translation>Runde {epoch}, Schritt {step} von {steps}, noch höchstens {left}</translation>
    </message>
    <message>
        <source>after round {epoch}: {top1:.0f} % right, F1 {f1:.2f} on held-out photos</source>
        <translation>nach Runde {epoch}: {top1:.0f} % richtig, F1 {f1:.2f} auf zurückgehaltenen Fotos</translation>
    </message>
    <message>
        <source>Nothing got better any more, so the rounds that were left were not trained.</source>
        <translation>Nichts wurde mehr besser, deshalb entfielen die übrigen Runden.</translation>
    </message>
    <message>
        <source>Done in {time}.</source>
        <translation>Fertig in {time}.</translation>
    </message>
</context>
<context>
    <name>LookAlikesDialog</name>
    <message>
        <source>Look-alikes</source>
        <translation>Verwechselbare</translation>
    </message>
    <message>
        <source>Classes that the same pixels may belong to, such as ketchup and chili paste. Each group has a score of its own wherever models are judged.</source>
        <translation>Klassen, zu denen dieselben Pixel gehören können, wie Ketchup und Chilipaste. Jede Gruppe hat einen eigenen Wert, wo immer Modelle beurteilt werden.</translation>
    </message>
    <message>
        <source>Groups of look-alikes</source>
        <translation>Gruppen von Verwechselbaren</translation>
    </message>
    <message>
        <source>classes, separated by commas</source>
        <translation>Klassen, durch Kommas getrennt</translation>
    </message>
    <message>
        <source>Classes to put into a group, separated by commas</source>
        <translation>Klassen für eine Gruppe, durch Kommas getrennt</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>Neue Gruppe</translation>
    </message>
    <message>
        <source>Add to the group</source>
        <translation>Zur Gruppe hinzu</translation>
    </message>
    <message>
        <source>Rename …</source>
        <translation>Umbenennen …</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Suggested groups</source>
        <translation>Vorgeschlagene Gruppen</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Evaluate …</source>
        <translation>Bewerten …</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>(no longer two classes)</source>
        <translation>(keine zwei Klassen mehr)</translation>
    </message>
    <message>
        <source>Suggestions come from what a model takes for what: evaluate it on this project once.</source>
        <translation>Vorschläge kommen daher, was ein Modell wofür hält: bitte einmal an diesem Projekt bewerten.</translation>
    </message>
    <message>
        <source>Suggested by the last evaluation: {model} on {items}</source>
        <translation>Vorgeschlagen nach der letzten Bewertung: {model}, {items}</translation>
    </message>
    <message>
        <source>The last evaluation suggests no further group: {model} on {items}</source>
        <translation>Die letzte Bewertung legt keine weitere Gruppe nahe: {model}, {items}</translation>
    </message>
    <message>
        <source>{mistakes} of {objects} items ({share}) got the name of another of them, most often {true} that of {called} ({count}).</source>
        <translation>{mistakes} von {objects} Objekten ({share}) bekamen den Namen einer anderen davon, am häufigsten {true} den von {called} ({count}).</translation>
    </message>
    <message>
        <source>There is no class “{name}”; choose one of the list.</source>
        <translation>Eine Klasse „{name}“ gibt es nicht; bitte eine aus der Liste wählen.</translation>
    </message>
    <message>
        <source>Add look-alikes</source>
        <translation>Verwechselbare hinzufügen</translation>
    </message>
    <message>
        <source>Add to look-alikes</source>
        <translation>Zu Verwechselbaren hinzufügen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Name of the group (empty: the names of its classes):</source>
        <translation>Name der Gruppe (leer: die Namen ihrer Klassen):</translation>
    </message>
    <message>
        <source>Rename look-alikes</source>
        <translation>Verwechselbare umbenennen</translation>
    </message>
    <message>
        <source>Remove look-alikes</source>
        <translation>Verwechselbare entfernen</translation>
    </message>
</context>
<context>
    <name>LookingLine</name>
    <message>
        <source>Looking for photos …</source>
        <translation>Fotos werden gesucht …</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop looking for photos</source>
        <translation>Suche nach Fotos anhalten</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message numerus="yes">
        <source>%Ln edit(s) could not be saved yet and would be lost if you quit now; better free some disk space first.</source>
        <translation>
            <numerusform>%Ln Änderung konnte noch nicht gespeichert werden und ginge verloren, wenn Sie jetzt beenden; schaffen Sie besser erst Platz auf dem Datenträger.</numerusform>
            <numerusform>%Ln Änderungen konnten noch nicht gespeichert werden und gingen verloren, wenn Sie jetzt beenden; schaffen Sie besser erst Platz auf dem Datenträger.</numerusform>
        </translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>Nicht gespeichert</translation>
    </message>
</context>
<context>
    <name>MessageStrip</name>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Close the message</source>
        <translation>Meldung schließen</translation>
    </message>
</context>
<context>
    <name>MixUps</name>
    <message>
        <source>What is taken for what</source>
        <translation>Was womit verwechselt wird</translation>
    </message>
    <message>
        <source>Both models name every held-out object right.</source>
        <translation>Beide Modelle benennen jedes zurückgehaltene Objekt richtig.</translation>
    </message>
    <message>
        <source>{true} taken for {named}</source>
        <translation>{true} für {named} gehalten</translation>
    </message>
    <message>
        <source>before {old}, now {new}</source>
        <translation>vorher {old}, jetzt {new}</translation>
    </message>
    <message>
        <source>both</source>
        <translation>beide</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>before</source>
        <translation>vorher</translation>
    </message>
    <message>
        <source>{photo}: show the photo</source>
        <translation>{photo}: Foto zeigen</translation>
    </message>
    <message>
        <source>{true} taken for {named} on {photo}, by: {who}</source>
        <translation>{true} für {named} gehalten auf {photo}, von: {who}</translation>
    </message>
</context>
<context>
    <name>ModelThread</name>
    <message>
        <source>The networks cannot be used because of an unexpected error; your labels are safe and can be corrected by hand. Help &gt; Report a problem puts the details into one file.</source>
        <translation>Die Netze lassen sich wegen eines unerwarteten Fehlers nicht verwenden; Ihre Namen und Masken sind sicher und lassen sich von Hand korrigieren. Hilfe &gt; Problem melden packt die Einzelheiten in eine Datei.</translation>
    </message>
    <message>
        <source>The networks keep stopping; your labels are safe. Help &gt; Report a problem puts the details into one file.</source>
        <translation>Die Netze bleiben immer wieder stehen; Ihre Namen und Masken sind sicher. Hilfe &gt; Problem melden packt die Einzelheiten in eine Datei.</translation>
    </message>
    <message>
        <source>The networks stopped and were started again, your labels are safe; click once more. Help &gt; Show the log files tells why.</source>
        <translation>Die Netze blieben stehen und wurden neu gestartet, Ihre Namen und Masken sind sicher; klicken Sie noch einmal. Hilfe &gt; Protokolldateien zeigen sagt, warum.</translation>
    </message>
    <message>
        <source>The networks stopped twice while this was loaded, most likely for lack of memory.</source>
        <translation>Die Netze blieben beim Laden zweimal stehen, vermutlich aus Mangel an Speicher.</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>the model that comes with the program</source>
        <translation>das Modell, das zum Programm gehört</translation>
    </message>
    <message>
        <source>Cannot be used</source>
        <translation>Nicht verwendbar</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>Benennt</translation>
    </message>
    <message>
        <source>dishes of the sample meals, or nothing yet</source>
        <translation>Gerichte der Beispielmahlzeiten, oder noch nichts</translation>
    </message>
    <message>
        <source> and {count} more</source>
        <translation> und {count} weitere</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>Learnt from</source>
        <translation>Gelernt aus</translation>
    </message>
    <message>
        <source>Judged by</source>
        <translation>Beurteilt an</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Last chosen</source>
        <translation>Zuletzt gewählt</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>not recorded</source>
        <translation>nicht vermerkt</translation>
    </message>
    <message>
        <source>{objects}; {photos}, with what its parents learnt from</source>
        <translation>{objects}; {photos}, mit denen seiner Vorgänger</translation>
    </message>
    <message>
        <source>{objects} on {photos}, held out</source>
        <translation>{objects} auf {photos}, zurückgehalten</translation>
    </message>
</context>
<context>
    <name>MovedFolder</name>
    <message>
        <source>The folder {name} is not in {place} any more; its photos and their items wait for it.</source>
        <translation>Der Ordner {name} ist nicht mehr in {place}; seine Fotos und ihre Objekte warten auf ihn.</translation>
    </message>
    <message>
        <source>Find the folder …</source>
        <translation>Ordner suchen …</translation>
    </message>
    <message>
        <source>Where is {name} now?</source>
        <translation>Wo ist {name} jetzt?</translation>
    </message>
</context>
<context>
    <name>NameEverything</name>
    <message>
        <source>Every object on this photo has a name.</source>
        <translation>Jedes Objekt auf diesem Foto hat einen Namen.</translation>
    </message>
    <message>
        <source>Every object of this project has a name.</source>
        <translation>Jedes Objekt dieses Projekts hat einen Namen.</translation>
    </message>
    <message>
        <source>Stopped after {done} of {total} photos. Named by the model: {named}.</source>
        <translation>Nach {done} von {total} Fotos angehalten. Vom Modell benannt: {named}.</translation>
    </message>
    <message>
        <source>No network names yet; wait until it is loaded, or choose one in the Model menu.</source>
        <translation>Noch benennt kein Netz; warten Sie, bis es geladen ist, oder wählen Sie eines im Menü Modell.</translation>
    </message>
    <message>
        <source>The network is untrained, its names would be guesses; name some dishes, it learns from them.</source>
        <translation>Das Netz ist untrainiert, seine Namen wären geraten; benennen Sie einige Speisen, daraus lernt es.</translation>
    </message>
    <message>
        <source>The networks had to be started again; what is named so far is kept, begin once more.</source>
        <translation>Die Netze mussten neu gestartet werden; was schon benannt ist, bleibt, beginnen Sie noch einmal.</translation>
    </message>
    <message>
        <source>a network</source>
        <translation>ein Netz</translation>
    </message>
    <message>
        <source>Name everything</source>
        <translation>Alles benennen</translation>
    </message>
    <message>
        <source>Named by the model: {count}. Check these names and confirm them.</source>
        <translation>Vom Modell benannt: {count}. Sehen Sie diese Namen durch und bestätigen Sie sie.</translation>
    </message>
    <message>
        <source>Left without a name: {count}, for what the model calls them is not in the class list.</source>
        <translation>Ohne Namen geblieben: {count}, denn wie das Modell sie nennt, steht nicht in der Klassenliste.</translation>
    </message>
    <message>
        <source>Photos that could not be read: {count}. The first: {why}</source>
        <translation>Nicht lesbare Fotos: {count}. Das erste: {why}</translation>
    </message>
</context>
<context>
    <name>NamingActs</name>
    <message>
        <source>Name everything</source>
        <translation>Alles benennen</translation>
    </message>
    <message>
        <source>Looking for objects without names …</source>
        <translation>Objekte ohne Namen werden gesucht …</translation>
    </message>
    <message>
        <source>Naming everything: photo {done} of {total}</source>
        <translation>Alles benennen: Foto {done} von {total}</translation>
    </message>
</context>
<context>
    <name>NamingStrip</name>
    <message>
        <source>How many objects are named</source>
        <translation>Wie viele Objekte benannt sind</translation>
    </message>
    <message>
        <source>The network is looking at objects: {done} of {total}. Go on working meanwhile.</source>
        <translation>Das Netz sieht sich Objekte an: {done} von {total}. Arbeiten Sie derweil ruhig weiter.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message numerus="yes">
        <source>No network has looked at %Ln object(s) yet: no suggestions, no margin.</source>
        <translation>
            <numerusform>%Ln Objekt hat noch kein Netz angesehen: keine Namensvorschläge, kein Abstand.</numerusform>
            <numerusform>%Ln Objekte hat noch kein Netz angesehen: keine Namensvorschläge, kein Abstand.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No suggestions for %Ln object(s). The network is untrained: it could only guess.</source>
        <translation>
            <numerusform>%Ln Objekt ohne Namensvorschläge: Das Netz ist untrainiert, es könnte nur raten.</numerusform>
            <numerusform>%Ln Objekte ohne Namensvorschläge: Das Netz ist untrainiert, es könnte nur raten.</numerusform>
        </translation>
    </message>
    <message>
        <source>Have them named</source>
        <translation>Benennen lassen</translation>
    </message>
</context>
<context>
    <name>Networks</name>
    <message>
        <source>{name} stopped twice while it looked at this photo, probably for lack of memory; GrabCut is used instead.</source>
        <translation>{name} blieb bei diesem Foto zweimal stehen, vermutlich aus Mangel an Speicher; stattdessen wird GrabCut verwendet.</translation>
    </message>
</context>
<context>
    <name>NewClassRow</name>
    <message>
        <source>New class “{name}”</source>
        <translation>Neue Klasse „{name}“</translation>
    </message>
    <message>
        <source>, very like “{other}”</source>
        <translation>, sehr ähnlich wie „{other}“</translation>
    </message>
    <message>
        <source>Shift+Enter in the search field adds it to the class list.</source>
        <translation>Umschalt+Eingabe im Suchfeld fügt sie zur Klassenliste hinzu.</translation>
    </message>
    <message>
        <source>very like “{other}”</source>
        <translation>sehr ähnlich wie „{other}“</translation>
    </message>
</context>
<context>
    <name>Nothing</name>
    <message>
        <source>No photo fits this filter.</source>
        <translation>Kein Foto passt zu diesem Filter.</translation>
    </message>
    <message>
        <source>Show all photos</source>
        <translation>Alle Fotos zeigen</translation>
    </message>
</context>
<context>
    <name>NumbersPage</name>
    <message>
        <source>first name right</source>
        <translation>erster Name richtig</translation>
    </message>
    <message>
        <source>among the first five</source>
        <translation>unter den ersten fünf</translation>
    </message>
    <message>
        <source>macro F1: every class alike</source>
        <translation>Makro-F1: jede Klasse gleich</translation>
    </message>
    <message>
        <source>calibration error</source>
        <translation>Kalibrierungsfehler</translation>
    </message>
    <message>
        <source>What stands out</source>
        <translation>Was auffällt</translation>
    </message>
    <message>
        <source>How good is {model}?</source>
        <translation>Wie gut ist {model}?</translation>
    </message>
    <message>
        <source>{items} on {photos} of {data}</source>
        <translation>{items} auf {photos} von {data}</translation>
    </message>
    <message>
        <source>The model was trained on the photos of {count} of these items: what it says of them is memory, and the scores are too good.</source>
        <translation>Mit den Fotos von {count} dieser Objekte wurde das Modell trainiert: was es dazu sagt, ist Erinnerung, und die Werte sind zu gut.</translation>
    </message>
    <message>
        <source>Weakest classes by F1: {classes}</source>
        <translation>Schwächste Klassen nach F1: {classes}</translation>
    </message>
    <message>
        <source>Mistaken most: {pairs}</source>
        <translation>Am häufigsten verwechselt: {pairs}</translation>
    </message>
    <message>
        <source>Not one item was named wrongly.</source>
        <translation>Kein Objekt wurde falsch benannt.</translation>
    </message>
    <message>
        <source>Look-alikes {group}: F1 {f1}</source>
        <translation>Verwechselbare {group}: F1 {f1}</translation>
    </message>
    <message>
        <source>{noise}: {share} right</source>
        <translation>{noise}: {share} richtig</translation>
    </message>
    <message>
        <source>Left out: {count}; the report says why.</source>
        <translation>Ausgelassen: {count}; der Bericht sagt, warum.</translation>
    </message>
</context>
<context>
    <name>OnlyStrip</name>
    <message>
        <source>Show all again</source>
        <translation>Wieder alle zeigen</translation>
    </message>
</context>
<context>
    <name>Opening</name>
    <message>
        <source>The project {name} is not in {folder}; open another, or the photos' folder.</source>
        <translation>Das Projekt {name} ist nicht in {folder}; öffnen Sie ein anderes oder den Ordner der Fotos.</translation>
    </message>
    <message>
        <source>{name} is not in {folder}; check the name or open another folder.</source>
        <translation>{name} ist nicht in {folder}; prüfen Sie den Namen oder öffnen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>{name} is neither a photo nor a project (.rver); open a folder, a photo or a project.</source>
        <translation>{name} ist weder ein Foto noch ein Projekt (.rver); öffnen Sie einen Ordner, ein Foto oder ein Projekt.</translation>
    </message>
    <message>
        <source>There is no photo in {names}; drop JPEG, PNG, WebP, TIFF, BMP or HEIC files or a folder of them.</source>
        <translation>In {names} ist kein Foto; geeignet sind Dateien in JPEG, PNG, WebP, TIFF, BMP oder HEIC oder ein Ordner damit.</translation>
    </message>
</context>
<context>
    <name>OptionForm</name>
    <message>
        <source> px</source>
        <translation> px</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>wie es ist</translation>
    </message>
    <message>
        <source>looked for</source>
        <translation>wird gesucht</translation>
    </message>
</context>
<context>
    <name>Paging</name>
    <message>
        <source>{path} is now {width}x{height} pixels, but its labels were made at {old_width}x{old_height}; put the original photo back, its labels are kept.</source>
        <translation>{path} hat jetzt {width}x{height} Pixel, die Masken wurden aber bei {old_width}x{old_height} gemacht; legen Sie das ursprüngliche Foto zurück, alles Erfasste bleibt erhalten.</translation>
    </message>
    <message>
        <source>{photo} is no longer the picture that its items were drawn on: another program has changed it. The items are as they were; look whether they still fit.</source>
        <translation>{photo} ist nicht mehr das Bild, auf dem seine Objekte erfasst wurden: Ein anderes Programm hat es verändert. Die Objekte sind, wie sie waren; sehen Sie nach, ob sie noch passen.</translation>
    </message>
</context>
<context>
    <name>PhotoDelegate</name>
    <message>
        <source>⟳ changed on disk</source>
        <translation>⟳ Datei verändert</translation>
    </message>
    <message>
        <source>? not found</source>
        <translation>? nicht gefunden</translation>
    </message>
    <message>
        <source>! cannot be opened</source>
        <translation>! lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>✓ {n} named</source>
        <translation>✓ {n} benannt</translation>
    </message>
    <message>
        <source>{done} of {n} named</source>
        <translation>{done} von {n} benannt</translation>
    </message>
    <message>
        <source>to do</source>
        <translation>offen</translation>
    </message>
</context>
<context>
    <name>PhotoFilters</name>
    <message>
        <source>find by name, class or note</source>
        <translation>Name, Klasse oder Notiz suchen</translation>
    </message>
    <message>
        <source>Find photos by name, class or note</source>
        <translation>Fotos nach Name, Klasse oder Notiz suchen</translation>
    </message>
    <message>
        <source>Only photos with this class</source>
        <translation>Nur Fotos mit dieser Klasse</translation>
    </message>
    <message>
        <source>Order of the photos</source>
        <translation>Reihenfolge der Fotos</translation>
    </message>
    <message>
        <source>by name</source>
        <translation>nach Namen</translation>
    </message>
    <message>
        <source>least certain first</source>
        <translation>unsicherste zuerst</translation>
    </message>
    <message>
        <source>Photos with names that nobody has confirmed, the least certain first</source>
        <translation>Fotos mit Namen, die niemand bestätigt hat, die unsichersten zuerst</translation>
    </message>
    <message>
        <source>a class that is gone</source>
        <translation>eine Klasse, die es nicht mehr gibt</translation>
    </message>
    <message>
        <source>all {n}</source>
        <translation>alle {n}</translation>
    </message>
    <message>
        <source>to do {n}</source>
        <translation>offen {n}</translation>
    </message>
    <message>
        <source>in progress {n}</source>
        <translation>begonnen {n}</translation>
    </message>
    <message>
        <source>done {n}</source>
        <translation>fertig {n}</translation>
    </message>
    <message>
        <source>broken {n}</source>
        <translation>defekt {n}</translation>
    </message>
    <message>
        <source>any class</source>
        <translation>jede Klasse</translation>
    </message>
</context>
<context>
    <name>PhotosPanel</name>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
</context>
<context>
    <name>Proposals</name>
    <message>
        <source>Drop all proposals</source>
        <translation>Alle Vorschläge verwerfen</translation>
    </message>
    <message>
        <source>Nothing more was found on this photo; click what is missing.</source>
        <translation>Auf diesem Foto wurde nichts weiter gefunden; klicken Sie an, was fehlt.</translation>
    </message>
    <message>
        <source>Its name is not known yet: type it, or keep it without a name with {key}.</source>
        <translation>Sein Name ist noch nicht bekannt: Tippen Sie ihn, oder behalten Sie es mit {key} ohne Namen.</translation>
    </message>
    <message numerus="yes">
        <source>Keep %Ln proposal(s)</source>
        <translation>
            <numerusform>%Ln Vorschlag behalten</numerusform>
            <numerusform>%Ln Vorschläge behalten</numerusform>
        </translation>
    </message>
    <message>
        <source>Drop a proposal</source>
        <translation>Einen Vorschlag verwerfen</translation>
    </message>
    <message>
        <source>Join proposals</source>
        <translation>Vorschläge verbinden</translation>
    </message>
    <message>
        <source>There is nothing to join it with yet.</source>
        <translation>Noch gibt es nichts, womit er verbunden werden könnte.</translation>
    </message>
</context>
<context>
    <name>QueueBar</name>
    <message>
        <source>Which objects</source>
        <translation>Welche Objekte</translation>
    </message>
    <message>
        <source>not verified yet</source>
        <translation>noch nicht geprüft</translation>
    </message>
    <message>
        <source>without a confirmed name</source>
        <translation>ohne bestätigten Namen</translation>
    </message>
    <message>
        <source>named, not verified</source>
        <translation>benannt, nicht geprüft</translation>
    </message>
    <message>
        <source>all, verified ones last</source>
        <translation>alle, geprüfte zuletzt</translation>
    </message>
    <message>
        <source>Of which class</source>
        <translation>Von welcher Klasse</translation>
    </message>
    <message>
        <source>How much was looked at</source>
        <translation>Wie viel durchgesehen ist</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>every class</source>
        <translation>alle Klassen</translation>
    </message>
    <message>
        <source>looking …</source>
        <translation>wird gesucht …</translation>
    </message>
    <message>
        <source>nothing to review</source>
        <translation>nichts durchzusehen</translation>
    </message>
    <message>
        <source>{left} of {total} left</source>
        <translation>noch {left} von {total}</translation>
    </message>
</context>
<context>
    <name>Recent</name>
    <message>
        <source>{name} in {folder}</source>
        <translation>{name} in {folder}</translation>
    </message>
    <message>
        <source>{project} (no longer there)</source>
        <translation>{project} (nicht mehr da)</translation>
    </message>
</context>
<context>
    <name>RecentStrip</name>
    <message>
        <source>Recent names</source>
        <translation>Letzte Namen</translation>
    </message>
    <message>
        <source>Recent name {name}</source>
        <translation>Letzter Name {name}</translation>
    </message>
    <message>
        <source>{name} ({key})</source>
        <translation>{name} ({key})</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Report a problem</source>
        <translation>Problem melden</translation>
    </message>
    <message>
        <source>&lt;p&gt;This makes one file that you can send to whoever looks after the program, or look at yourself. Nothing is sent by itself.&lt;/p&gt;&lt;p&gt;&lt;b&gt;In it:&lt;/b&gt; the program's logs, what “doctor” finds about this installation, versions, settings, and counts of the open project (how many photos, items and classes, of what size).&lt;/p&gt;&lt;p&gt;&lt;b&gt;Not in it:&lt;/b&gt; photos, masks and names of foods. Your home folder, your login name, the computer's name and the names of photos and projects are replaced.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Hier entsteht eine Datei, die Sie an jemanden schicken können, der das Programm betreut, oder sich selbst ansehen. Nichts wird von selbst verschickt.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Darin:&lt;/b&gt; die Protokolle des Programms, was „doctor“ über diese Installation herausfindet, Versionen, Einstellungen und Zahlen zum geöffneten Projekt (wie viele Fotos, Objekte und Klassen, wie groß).&lt;/p&gt;&lt;p&gt;&lt;b&gt;Nicht darin:&lt;/b&gt; Fotos, Masken und Namen von Speisen. Ihr persönlicher Ordner, Ihr Anmeldename, der Name des Computers und die Namen von Fotos und Projekten werden ersetzt.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>The report is being written</source>
        <translation>Der Bericht wird geschrieben</translation>
    </message>
    <message>
        <source>Save the report …</source>
        <translation>Bericht speichern …</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Looking at the installation; this takes up to a minute …</source>
        <translation>Die Installation wird untersucht; das dauert bis zu einer Minute …</translation>
    </message>
</context>
<context>
    <name>Reporting</name>
    <message>
        <source>The logs are in {folder}.</source>
        <translation>Die Protokolle liegen in {folder}.</translation>
    </message>
    <message>
        <source>RveRGUI did not end properly last time. Everything you had kept is there. A report helps to find out why.</source>
        <translation>RveRGUI wurde beim letzten Mal nicht ordentlich beendet. Alles, was Sie behalten hatten, ist da. Ein Bericht hilft, den Grund zu finden.</translation>
    </message>
    <message>
        <source>Make a report …</source>
        <translation>Bericht erstellen …</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>Report (*.zip)</source>
        <translation>Bericht (*.zip)</translation>
    </message>
    <message>
        <source>The report could not be started; run “rvergui doctor --report FILE.zip”.</source>
        <translation>Der Bericht ließ sich nicht beginnen; rufen Sie „rvergui doctor --report DATEI.zip“ auf.</translation>
    </message>
    <message>
        <source>The report is in {path}. Nothing was sent.</source>
        <translation>Der Bericht liegt in {path}. Nichts wurde verschickt.</translation>
    </message>
    <message>
        <source>The report could not be written; the log says why.</source>
        <translation>Der Bericht ließ sich nicht schreiben; das Protokoll sagt, warum.</translation>
    </message>
</context>
<context>
    <name>Retrain</name>
    <message>
        <source>{name}: no named item yet</source>
        <translation>{name}: noch kein benanntes Objekt</translation>
    </message>
    <message>
        <source>{name}: all on one photo, so it cannot be judged; name one on another</source>
        <translation>{name}: alles auf einem Foto und daher nicht zu beurteilen; benennen Sie eines auf einem anderen</translation>
    </message>
    <message>
        <source>{name}: {items}, better {missing} more</source>
        <translation>{name}: {items}, besser {missing} mehr</translation>
    </message>
    <message>
        <source>{name}: on {photos}, better {missing} more</source>
        <translation>{name}: auf {photos}, besser {missing} mehr</translation>
    </message>
    <message>
        <source>{name}: enough</source>
        <translation>{name}: genug</translation>
    </message>
    <message>
        <source>A training is under way</source>
        <translation>Ein Training läuft</translation>
    </message>
    <message>
        <source> It needs at most about {time} more.</source>
        <translation> Es braucht höchstens noch etwa {time}.</translation>
    </message>
    <message>
        <source>“{name}” is being trained on.</source>
        <translation>Es wird mit „{name}“ trainiert.</translation>
    </message>
    <message>
        <source>It can go on without the window; the next time you open the program its result is offered. If it is stopped, its best state so far is kept.</source>
        <translation>Es kann ohne das Fenster weitergehen; beim nächsten Start wird das Ergebnis angeboten. Wird es beendet, bleibt sein bisher bester Stand erhalten.</translation>
    </message>
    <message>
        <source>Continue in the background</source>
        <translation>Im Hintergrund fortsetzen</translation>
    </message>
    <message>
        <source>Stop it</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Do not close</source>
        <translation>Nicht schließen</translation>
    </message>
    <message>
        <source>A whole number, please.</source>
        <translation>Bitte eine ganze Zahl.</translation>
    </message>
    <message>
        <source>A number, please.</source>
        <translation>Bitte eine Zahl.</translation>
    </message>
    <message>
        <source>At least {limit}.</source>
        <translation>Mindestens {limit}.</translation>
    </message>
    <message>
        <source>More than {limit}.</source>
        <translation>Mehr als {limit}.</translation>
    </message>
    <message>
        <source>At most {limit}.</source>
        <translation>Höchstens {limit}.</translation>
    </message>
    <message>
        <source>Less than {limit}.</source>
        <translation>Weniger als {limit}.</translation>
    </message>
</context>
<context>
    <name>ReviewQueue</name>
    <message>
        <source>The model has not said anything about this object yet; type its name.</source>
        <translation>Das Modell hat zu diesem Objekt noch nichts gesagt; tippen Sie den Namen ein.</translation>
    </message>
    <message>
        <source>Accept “{name}”</source>
        <translation>„{name}“ annehmen</translation>
    </message>
    <message>
        <source>Accept “{name}” for {count} objects</source>
        <translation>„{name}“ für {count} Objekte annehmen</translation>
    </message>
    <message>
        <source>Accept the names of {count} objects</source>
        <translation>Namen von {count} Objekten annehmen</translation>
    </message>
    <message>
        <source>Name “{name}”</source>
        <translation>„{name}“ nennen</translation>
    </message>
    <message>
        <source>Name {count} objects “{name}”</source>
        <translation>{count} Objekte „{name}“ nennen</translation>
    </message>
    <message>
        <source>No name is suggested in that place; type the name.</source>
        <translation>An dieser Stelle ist kein Name vorgeschlagen; tippen Sie ihn ein.</translation>
    </message>
    <message>
        <source>Name an object</source>
        <translation>Ein Objekt benennen</translation>
    </message>
    <message>
        <source>Name {count} objects</source>
        <translation>{count} Objekte benennen</translation>
    </message>
    <message>
        <source>This object has no name to take back.</source>
        <translation>Dieses Objekt hat keinen Namen, der sich zurücknehmen ließe.</translation>
    </message>
    <message>
        <source>Take a name back</source>
        <translation>Einen Namen zurücknehmen</translation>
    </message>
    <message>
        <source>Take the names of {count} objects back</source>
        <translation>Namen von {count} Objekten zurücknehmen</translation>
    </message>
    <message>
        <source>This object has no name yet: accept the suggestion or type its name.</source>
        <translation>Dieses Objekt hat noch keinen Namen: Nehmen Sie den Vorschlag an oder tippen Sie den Namen ein.</translation>
    </message>
    <message>
        <source>Verify an object</source>
        <translation>Ein Objekt als geprüft markieren</translation>
    </message>
    <message>
        <source>Verify {count} objects</source>
        <translation>{count} Objekte als geprüft markieren</translation>
    </message>
</context>
<context>
    <name>ReviewWindow</name>
    <message>
        <source>Review — RveRGUI</source>
        <translation>Durchsehen — RveRGUI</translation>
    </message>
    <message>
        <source>at least</source>
        <translation>mindestens</translation>
    </message>
    <message>
        <source>How sure the model has to be of a look-alike</source>
        <translation>Wie sicher das Modell bei einem ähnlichen Objekt sein muss</translation>
    </message>
    <message>
        <source>Looking through all photos …</source>
        <translation>Alle Fotos werden durchsucht …</translation>
    </message>
    <message>
        <source>Model and names agree wherever both are known. Objects that no network has looked at yet cannot disagree: have them named first.</source>
        <translation>Modell und Namen stimmen überein, wo beides bekannt ist. Bei Objekten, die noch kein Netz angesehen hat, gibt es keinen Widerspruch: Lassen Sie sie zuerst benennen.</translation>
    </message>
    <message>
        <source>There is nothing to review here: every object of this choice was verified, or none is cut out yet. Show others above, or cut out and name some in the main window.</source>
        <translation>Hier gibt es nichts durchzusehen: Jedes Objekt dieser Auswahl ist geprüft, oder es ist noch keines ausgeschnitten. Zeigen Sie oben andere, oder schneiden Sie im Hauptfenster welche aus und benennen Sie sie.</translation>
    </message>
    <message>
        <source>Accept all {count} “{name}”</source>
        <translation>Alle {count} „{name}“ annehmen</translation>
    </message>
    <message>
        <source>Accept all look-alikes</source>
        <translation>Alle ähnlichen annehmen</translation>
    </message>
    <message>
        <source>Accepts every object of this queue that the model calls “{name}” with at least {percent} %. Names that people gave are not changed by this.</source>
        <translation>Nimmt jedes Objekt dieser Reihe an, das das Modell mit mindestens {percent} % „{name}“ nennt. Namen, die Menschen vergeben haben, ändert das nicht.</translation>
    </message>
    <message>
        <source>{act} ({count})</source>
        <translation>{act} ({count})</translation>
    </message>
</context>
<context>
    <name>SecondLooks</name>
    <message>
        <source>There is no trained model to ask yet.</source>
        <translation>Es gibt noch kein trainiertes Modell, das gefragt werden könnte.</translation>
    </message>
    <message>
        <source>The model looks at the confirmed names …</source>
        <translation>Das Modell sieht sich die bestätigten Namen an …</translation>
    </message>
    <message>
        <source>The model contradicts no confirmed name with confidence.</source>
        <translation>Keinem bestätigten Namen widerspricht das Modell mit Sicherheit.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln name(s) look wrong to the model.</source>
        <translation>
            <numerusform>%Ln Name kommt dem Modell falsch vor.</numerusform>
            <numerusform>%Ln Namen kommen dem Modell falsch vor.</numerusform>
        </translation>
    </message>
    <message>
        <source>Look at them</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Names that the model contradicts, the surest first: {keep} keeps the name, {take} takes the model's, typing gives another.</source>
        <translation>Namen, denen das Modell widerspricht, das sicherste zuerst: {keep} behält den Namen, {take} nimmt den des Modells, Tippen gibt einen anderen.</translation>
    </message>
</context>
<context>
    <name>SelectionChoice</name>
    <message>
        <source>Items</source>
        <translation>Objekte</translation>
    </message>
    <message>
        <source>Confirmed: named by a person</source>
        <translation>Bestätigt: von einem Menschen benannt</translation>
    </message>
    <message>
        <source>Verified: looked at once more</source>
        <translation>Geprüft: noch einmal angesehen</translation>
    </message>
    <message>
        <source>Named, also by a model alone</source>
        <translation>Benannt, auch nur von einem Modell</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>All photos</source>
        <translation>Alle Fotos</translation>
    </message>
    <message>
        <source>The {count} that the list shows</source>
        <translation>Die {count}, die die Liste zeigt</translation>
    </message>
    <message>
        <source>Those that are done</source>
        <translation>Die fertigen</translation>
    </message>
    <message>
        <source>The photo at hand</source>
        <translation>Das jetzige Foto</translation>
    </message>
    <message>
        <source>Only some classes</source>
        <translation>Nur manche Klassen</translation>
    </message>
    <message>
        <source>Classes to export</source>
        <translation>Zu exportierende Klassen</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message numerus="yes">
        <source>%Ln edit(s) not saved yet because the disk refuses; free some space, the program keeps trying.</source>
        <translation>
            <numerusform>%Ln Änderung ist noch nicht gespeichert, weil der Datenträger sich weigert; schaffen Sie Platz, das Programm versucht es weiter.</numerusform>
            <numerusform>%Ln Änderungen sind noch nicht gespeichert, weil der Datenträger sich weigert; schaffen Sie Platz, das Programm versucht es weiter.</numerusform>
        </translation>
    </message>
    <message>
        <source>This project is open read-only.</source>
        <translation>Dieses Projekt ist schreibgeschützt geöffnet.</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>search an act or a key</source>
        <translation>Handlung oder Taste suchen</translation>
    </message>
    <message>
        <source>Search an act or a key</source>
        <translation>Handlung oder Taste suchen</translation>
    </message>
    <message>
        <source>No act and no key is called like that.</source>
        <translation>Keine Handlung und keine Taste heißt so.</translation>
    </message>
    <message>
        <source>Mouse: left click adds, right click or Shift takes away, drag draws a box, Ctrl+click selects, wheel zooms, middle button or Space pans. With a draft on the photo, typing searches a name.</source>
        <translation>Maus: Linksklick nimmt hinzu, Rechtsklick oder Umschalt nimmt weg, Ziehen zeichnet einen Rahmen, Strg+Klick wählt, das Rad zoomt, mittlere Taste oder Leertaste verschiebt. Liegt ein Entwurf auf dem Foto, sucht Tippen einen Namen.</translation>
    </message>
    <message>
        <source>Change keys …</source>
        <translation>Tasten ändern …</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>Showing</name>
    <message>
        <source>&lt;b&gt;RveRGUI {version}&lt;/b&gt;&lt;p&gt;Cut out, name and correct food on photos, after the RveRNet paper (arXiv 2407.08257). Apache-2.0. Nothing leaves this computer.&lt;/p&gt;</source>
        <translation>&lt;b&gt;RveRGUI {version}&lt;/b&gt;&lt;p&gt;Essen auf Fotos ausschneiden, benennen und korrigieren, nach dem RveRNet-Aufsatz (arXiv 2407.08257). Apache-2.0. Nichts verlässt diesen Computer.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>About RveRGUI</source>
        <translation>Über RveRGUI</translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>ROI view: the food alone</source>
        <translation>ROI-Ansicht: das Essen allein</translation>
    </message>
    <message>
        <source>extra-ROI view: its surroundings</source>
        <translation>Extra-ROI-Ansicht: seine Umgebung</translation>
    </message>
    <message>
        <source>type a name</source>
        <translation>Namen eintippen</translation>
    </message>
    <message>
        <source>Search a name for the selected objects</source>
        <translation>Einen Namen für die gewählten Objekte suchen</translation>
    </message>
    <message>
        <source>ROI</source>
        <translation>ROI</translation>
    </message>
    <message>
        <source>extra-ROI</source>
        <translation>Extra-ROI</translation>
    </message>
    <message>
        <source>No name yet</source>
        <translation>Noch kein Name</translation>
    </message>
    <message>
        <source>named by {who}</source>
        <translation>benannt von {who}</translation>
    </message>
    <message>
        <source>guessed by {who}</source>
        <translation>geraten von {who}</translation>
    </message>
    <message>
        <source>verified by {who}</source>
        <translation>geprüft von {who}</translation>
    </message>
    <message>
        <source>{count} selected: a name goes to all of them</source>
        <translation>{count} gewählt: Ein Name gilt für alle</translation>
    </message>
    <message>
        <source>No network has been asked about this object yet.</source>
        <translation>Zu diesem Objekt wurde noch kein Netz gefragt.</translation>
    </message>
</context>
<context>
    <name>StateChip</name>
    <message>
        <source>Show everything, upright</source>
        <translation>Alles zeigen, aufrecht</translation>
    </message>
    <message>
        <source>View turned by {degrees}°</source>
        <translation>Ansicht um {degrees}° gedreht</translation>
    </message>
    <message>
        <source>masks hidden</source>
        <translation>Masken ausgeblendet</translation>
    </message>
    <message>
        <source>the selected item alone</source>
        <translation>nur das gewählte Objekt</translation>
    </message>
    <message>
        <source>{count} hidden</source>
        <translation>{count} ausgeblendet</translation>
    </message>
</context>
<context>
    <name>Statistics</name>
    <message>
        <source>Opening the statistics …</source>
        <translation>Statistik wird geöffnet …</translation>
    </message>
</context>
<context>
    <name>StatisticsWindow</name>
    <message>
        <source>Statistics</source>
        <translation>Statistik</translation>
    </message>
    <message>
        <source>Where names come from</source>
        <translation>Woher die Namen kommen</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Time between two saved edits of one person counts as work if it is at most three minutes.</source>
        <translation>Zeit zwischen zwei gespeicherten Änderungen eines Menschen zählt als Arbeit, wenn es höchstens drei Minuten sind.</translation>
    </message>
    <message>
        <source>objects</source>
        <translation>Objekte</translation>
    </message>
    <message>
        <source>Everything that is cut out, named or not</source>
        <translation>Alles Ausgeschnittene, benannt oder nicht</translation>
    </message>
    <message>
        <source>named</source>
        <translation>benannt</translation>
    </message>
    <message>
        <source>Objects whose name is confirmed</source>
        <translation>Objekte mit bestätigtem Namen</translation>
    </message>
    <message>
        <source>verified</source>
        <translation>geprüft</translation>
    </message>
    <message>
        <source>Objects that were looked at a second time</source>
        <translation>Objekte, die ein zweites Mal angesehen wurden</translation>
    </message>
    <message>
        <source>model was right</source>
        <translation>Modell hatte recht</translation>
    </message>
    <message>
        <source>How often the name that a person gave was the one that the model had suggested first</source>
        <translation>Wie oft der Name, den ein Mensch vergab, der zuerst vorgeschlagene war</translation>
    </message>
    <message>
        <source>objects an hour</source>
        <translation>Objekte je Stunde</translation>
    </message>
    <message>
        <source>seconds an object</source>
        <translation>Sekunden je Objekt</translation>
    </message>
    <message>
        <source>acts an object</source>
        <translation>Handgriffe je Objekt</translation>
    </message>
    <message>
        <source>Clicks, strokes, keys and names until an object is named; a typed name counts as one.</source>
        <translation>Klicks, Striche, Tasten und Namen, bis ein Objekt benannt ist; ein getippter Name zählt einmal.</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>Days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <source>Copy as CSV</source>
        <translation>Als CSV kopieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Objects of the largest classes</source>
        <translation>Objekte der größten Klassen</translation>
    </message>
    <message>
        <source>Named day by day</source>
        <translation>Benannt, Tag für Tag</translation>
    </message>
    <message>
        <source>Counting …</source>
        <translation>Wird gezählt …</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>Stand {time}</translation>
    </message>
    <message>
        <source>Nothing is named yet. Cut out a dish and give it a name; the figures follow.</source>
        <translation>Noch ist nichts benannt. Schneiden Sie ein Gericht aus und geben Sie ihm einen Namen; die Zahlen folgen.</translation>
    </message>
    <message>
        <source>{ready} of {used} classes in use have enough named objects to train on.</source>
        <translation>{ready} von {used} verwendeten Klassen haben genug benannte Objekte zum Trainieren.</translation>
    </message>
    <message>
        <source>Training needs at least two classes on two photos.</source>
        <translation>Zum Trainieren braucht es mindestens zwei Klassen auf zwei Fotos.</translation>
    </message>
    <message>
        <source>model, accepted</source>
        <translation>Modell, angenommen</translation>
    </message>
    <message>
        <source>person</source>
        <translation>Mensch</translation>
    </message>
    <message>
        <source>model, open</source>
        <translation>Modell, offen</translation>
    </message>
    <message>
        <source>import</source>
        <translation>Import</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>in progress</source>
        <translation>begonnen</translation>
    </message>
    <message>
        <source>to do</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>cannot be opened</source>
        <translation>nicht zu öffnen</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>Kopiert.</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>loading the segmenter …</source>
        <translation>Segmentierer wird geladen …</translation>
    </message>
    <message>
        <source>no segmenter</source>
        <translation>kein Segmentierer</translation>
    </message>
    <message>
        <source>{time} to encode</source>
        <translation>{time} zum Einlesen</translation>
    </message>
    <message>
        <source>{time} a click</source>
        <translation>{time} je Klick</translation>
    </message>
    <message>
        <source>loading the network that names …</source>
        <translation>Das benennende Netz wird geladen …</translation>
    </message>
    <message>
        <source>no network names</source>
        <translation>kein Netz benennt</translation>
    </message>
    <message>
        <source>{name}, F1 {f1:.2f}</source>
        <translation>{name}, F1 {f1:.2f}</translation>
    </message>
    <message>
        <source>{time} to name</source>
        <translation>{time} zum Benennen</translation>
    </message>
    <message>
        <source>saved {at:%H:%M:%S}</source>
        <translation>gespeichert {at:%H:%M:%S}</translation>
    </message>
    <message>
        <source>not saved</source>
        <translation>nicht gespeichert</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>schreibgeschützt</translation>
    </message>
</context>
<context>
    <name>SuggestionRow</name>
    <message>
        <source>{rank}: {name}</source>
        <translation>{rank}: {name}</translation>
    </message>
    <message>
        <source>, also called {alias}</source>
        <translation>, auch {alias} genannt</translation>
    </message>
    <message>
        <source>, {percent} percent</source>
        <translation>, {percent} Prozent</translation>
    </message>
    <message>
        <source>The surroundings changed this name's probability by {change:+.0f} points.</source>
        <translation>Die Umgebung hat die Wahrscheinlichkeit dieses Namens um {change:+.0f} Punkte verändert.</translation>
    </message>
</context>
<context>
    <name>SuggestionsPanel</name>
    <message>
        <source>Search the class list</source>
        <translation>Klassenliste durchsuchen</translation>
    </message>
    <message>
        <source>“{name}” is in the class list now.</source>
        <translation>„{name}“ steht jetzt in der Klassenliste.</translation>
    </message>
    <message>
        <source>Click a dish first, then give it a name.</source>
        <translation>Klicken Sie zuerst auf ein Gericht, dann geben Sie ihm einen Namen.</translation>
    </message>
    <message numerus="yes">
        <source>type to search %Ln name(s)</source>
        <translation>
            <numerusform>tippen, um %Ln Namen zu durchsuchen</numerusform>
            <numerusform>tippen, um %Ln Namen zu durchsuchen</numerusform>
        </translation>
    </message>
    <message>
        <source>Click a dish: its names appear here. Keys {first}–{last} accept one.</source>
        <translation>Klicken Sie ein Gericht an: Hier erscheinen Namen dafür. Die Tasten {first}–{last} übernehmen einen.</translation>
    </message>
    <message>
        <source>Loading the network that names …</source>
        <translation>Das benennende Netz wird geladen …</translation>
    </message>
    <message>
        <source>No network names here; type the name.</source>
        <translation>Hier benennt kein Netz; tippen Sie den Namen ein.</translation>
    </message>
    <message>
        <source>The network is untrained: these are guesses until it has learnt names from you.</source>
        <translation>Das Netz ist untrainiert: Das ist geraten, bis es von Ihnen Namen gelernt hat.</translation>
    </message>
    <message>
        <source>Naming …</source>
        <translation>Wird benannt …</translation>
    </message>
</context>
<context>
    <name>TintSlider</name>
    <message>
        <source>Strength of the masks' tint in per cent</source>
        <translation>Stärke der Maskentönung in Prozent</translation>
    </message>
    <message>
        <source>Tint of the masks: {share} %</source>
        <translation>Tönung der Masken: {share} %</translation>
    </message>
</context>
<context>
    <name>ToolRail</name>
    <message>
        <source>Tools on the photo</source>
        <translation>Werkzeuge auf dem Foto</translation>
    </message>
</context>
<context>
    <name>Tools</name>
    <message>
        <source>Polygon: click the corners · right button or Shift first: take away · {click} or {drop}: click again</source>
        <translation>Polygon: Ecken anklicken · mit rechter Taste oder Umschalt begonnen: wegnehmen · {click} oder {drop}: wieder klicken</translation>
    </message>
    <message>
        <source>Click the next corner · double click or Enter closes · Backspace: one back · Esc drops it</source>
        <translation>Nächste Ecke anklicken · Doppelklick oder Eingabe schließt · Rücktaste: eine zurück · Esc verwirft</translation>
    </message>
    <message>
        <source>Brush, {size} pixels wide · {smaller} and {larger} size · right button or Shift erases · {click} or {drop}: click again</source>
        <translation>Pinsel, {size} Pixel breit · {smaller} und {larger} Größe · rechte Taste oder Umschalt radiert · {click} oder {drop}: wieder klicken</translation>
    </message>
    <message>
        <source>Eraser, {size} pixels wide · {smaller} and {larger} size · right button or Shift paints · {click} or {drop}: click again</source>
        <translation>Radierer, {size} Pixel breit · {smaller} und {larger} Größe · rechte Taste oder Umschalt malt · {click} oder {drop}: wieder klicken</translation>
    </message>
</context>
<context>
    <name>Tour</name>
    <message>
        <source>Click a dish</source>
        <translation>Auf ein Gericht klicken</translation>
    </message>
    <message>
        <source>A left click adds what lies there, a right click takes away, a drag draws a box. {cycle} shows other outlines, {undo} takes anything back. Without a mouse, {find} finds all dishes.</source>
        <translation>Ein Linksklick nimmt hinzu, was dort liegt, ein Rechtsklick nimmt weg, Ziehen zeichnet einen Rahmen. {cycle} zeigt andere Umrisse, {undo} nimmt alles zurück. Ohne Maus findet {find} alle Gerichte.</translation>
    </message>
    <message>
        <source>Give it a name</source>
        <translation>Einen Namen geben</translation>
    </message>
    <message>
        <source>{first} takes the first name, {second} the second. Or type: all names are searched. The signed number says what the surroundings changed.</source>
        <translation>{first} nimmt den ersten Namen, {second} den zweiten. Oder tippen Sie: Alle Namen werden durchsucht. Die Zahl mit Vorzeichen sagt, was die Umgebung ausmacht.</translation>
    </message>
    <message>
        <source>On to the next photo</source>
        <translation>Weiter zum nächsten Foto</translation>
    </message>
    <message>
        <source>{next} goes on; everything is saved by itself. When some dishes are named, {retrain} teaches the network, and {export} writes a data set. {sheet} shows all keys.</source>
        <translation>{next} geht weiter; alles wird von selbst gespeichert. Sind einige Gerichte benannt, lernt das Netz mit {retrain}, und {export} schreibt einen Datensatz. {sheet} zeigt alle Tasten.</translation>
    </message>
</context>
<context>
    <name>Trainer</name>
    <message>
        <source>The training could not be started; run “rvergui doctor”. Your labels are safe.</source>
        <translation>Das Training ließ sich nicht starten; rufen Sie „rvergui doctor“ auf. Ihre Namen und Masken sind sicher.</translation>
    </message>
    <message>
        <source>Training was cancelled; its best state so far is kept.</source>
        <translation>Das Training wurde abgebrochen; sein bisher bester Stand bleibt erhalten.</translation>
    </message>
    <message>
        <source>Training was cancelled before a first result; nothing was changed.</source>
        <translation>Das Training wurde vor dem ersten Ergebnis abgebrochen; nichts wurde geändert.</translation>
    </message>
    <message>
        <source>Training ended by itself, perhaps for lack of memory; try a smaller batch. Nothing was lost.</source>
        <translation>Das Training endete von selbst, vielleicht aus Mangel an Speicher; versuchen Sie es mit kleineren Stapeln. Nichts ging verloren.</translation>
    </message>
    <message>
        <source>Training was interrupted: the computer was switched off, or the process was ended.</source>
        <translation>Das Training wurde unterbrochen: Der Rechner wurde ausgeschaltet, oder der Prozess wurde beendet.</translation>
    </message>
    <message>
        <source>it said nothing</source>
        <translation>ohne ein Wort</translation>
    </message>
    <message>
        <source>Training stopped with code {code}: {words}</source>
        <translation>Das Training endete mit Code {code}: {words}</translation>
    </message>
</context>
<context>
    <name>TrainingDock</name>
    <message>
        <source>Retraining</source>
        <translation>Nachtrainieren</translation>
    </message>
    <message>
        <source>A training of {project} goes on in the background; open it to see how far it is.</source>
        <translation>Ein Training von {project} läuft im Hintergrund; öffnen Sie es, um zu sehen, wie weit es ist.</translation>
    </message>
</context>
<context>
    <name>TrainingPanel</name>
    <message>
        <source>Cancelling …</source>
        <translation>Wird abgebrochen …</translation>
    </message>
    <message>
        <source>It can go on from its last saved state, at most a minute before it ended.</source>
        <translation>Es kann von seinem letzten gesicherten Stand aus weitergehen, höchstens eine Minute vor seinem Ende.</translation>
    </message>
    <message>
        <source>The best round so far is there and can be used.</source>
        <translation>Die bisher beste Runde ist da und kann verwendet werden.</translation>
    </message>
    <message>
        <source>It was trained on {project}; open that to use it.</source>
        <translation>Es wurde mit {project} trainiert; öffnen Sie das, um es zu verwenden.</translation>
    </message>
    <message>
        <source>It is compared with the model in use; then you decide.</source>
        <translation>Es wird mit dem benutzten Modell verglichen; dann entscheiden Sie.</translation>
    </message>
    <message>
        <source>The new model names from now on.</source>
        <translation>Von nun an benennt das neue Modell.</translation>
    </message>
    <message>
        <source>The present model stays.</source>
        <translation>Das jetzige Modell bleibt.</translation>
    </message>
    <message>
        <source>Done in {time}: {top1:.0f} % right, F1 {f1:.2f} on held-out photos.</source>
        <translation>Fertig in {time}: {top1:.0f} % richtig, F1 {f1:.2f} auf zurückgehaltenen Fotos.</translation>
    </message>
    <message>
        <source>Before: {top1:.0f} % right, F1 {f1:.2f} on the same photos.</source>
        <translation>Vorher: {top1:.0f} % richtig, F1 {f1:.2f} auf denselben Fotos.</translation>
    </message>
</context>
<context>
    <name>ViewsPanel</name>
    <message>
        <source>ROI view: the food alone</source>
        <translation>ROI-Ansicht: das Essen allein</translation>
    </message>
    <message>
        <source>extra-ROI view: its surroundings</source>
        <translation>Extra-ROI-Ansicht: seine Umgebung</translation>
    </message>
    <message>
        <source>ROI</source>
        <translation>ROI</translation>
    </message>
    <message>
        <source>extra-ROI</source>
        <translation>Extra-ROI</translation>
    </message>
    <message>
        <source>Click a dish to see what the network sees.</source>
        <translation>Klicken Sie auf ein Gericht, um zu sehen, was das Netz sieht.</translation>
    </message>
    <message>
        <source>{edge}×{edge} pixels, as the network receives them</source>
        <translation>{edge}×{edge} Pixel, wie das Netz sie bekommt</translation>
    </message>
</context>
<context>
    <name>WeightsCard</name>
    <message>
        <source>Published by the project {source}, {url}</source>
        <translation>Veröffentlicht vom Projekt {source}, {url}</translation>
    </message>
    <message>
        <source>Progress of {title}</source>
        <translation>Fortschritt von {title}</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel, {title}</source>
        <translation>Abbrechen, {title}</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Verify the checksum of {title}</source>
        <translation>Prüfsumme von {title} prüfen</translation>
    </message>
    <message>
        <source>Remove …</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>Remove {title}</source>
        <translation>{title} entfernen</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Download {title}</source>
        <translation>{title} herunterladen</translation>
    </message>
    <message>
        <source>Use for segmenting</source>
        <translation>Zum Ausschneiden verwenden</translation>
    </message>
    <message>
        <source>Use {title} for segmenting</source>
        <translation>{title} zum Ausschneiden verwenden</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>In Gebrauch</translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation>Wird angehalten …</translation>
    </message>
    <message>
        <source>Starting …</source>
        <translation>Wird begonnen …</translation>
    </message>
    <message>
        <source>{words}, nothing for {time}</source>
        <translation>{words}, seit {time} nichts</translation>
    </message>
    <message>
        <source>Go on, {size} left</source>
        <translation>Fortsetzen, noch {size}</translation>
    </message>
    <message>
        <source>Go on downloading {title}, {size} left</source>
        <translation>Weiter {title} herunterladen, noch {size}</translation>
    </message>
    <message>
        <source>Download again, {size}</source>
        <translation>Erneut herunterladen, {size}</translation>
    </message>
    <message>
        <source>Download {size}</source>
        <translation>{size} herunterladen</translation>
    </message>
    <message>
        <source>Download {title}, {size}</source>
        <translation>{title} herunterladen, {size}</translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation>Wird gesucht …</translation>
    </message>
    <message>
        <source>Damaged: {trouble}. {path}</source>
        <translation>Beschädigt: {trouble}. {path}</translation>
    </message>
    <message>
        <source>Begun: {size} are here.</source>
        <translation>Begonnen: {size} sind da.</translation>
    </message>
    <message>
        <source>Not on this computer.</source>
        <translation>Nicht auf diesem Computer.</translation>
    </message>
    <message>
        <source>Installed, checksum right.</source>
        <translation>Installiert, Prüfsumme stimmt.</translation>
    </message>
    <message>
        <source>Installed, not checked yet.</source>
        <translation>Installiert, noch nicht geprüft.</translation>
    </message>
    <message>
        <source>Connecting to {host} …</source>
        <translation>Verbindung zu {host} wird aufgebaut …</translation>
    </message>
    <message>
        <source>The server {note}; trying again in {time}.</source>
        <translation>Der Server: {note}; neuer Versuch in {time}.</translation>
    </message>
    <message>
        <source>Comparing the checksum, {words}</source>
        <translation>Prüfsumme wird verglichen, {words}</translation>
    </message>
    <message>
        <source>The small one: quick even without a graphics card, with outlines close to those of ViT-B</source>
        <translation>Das kleine: auch ohne Grafikkarte schnell, mit Umrissen fast wie ViT-B</translation>
    </message>
    <message>
        <source>some two seconds a photo on a processor</source>
        <translation>etwa zwei Sekunden je Foto auf einem Prozessor</translation>
    </message>
    <message>
        <source>Sure outlines, and still bearable without a graphics card</source>
        <translation>Sichere Umrisse, und ohne Grafikkarte noch erträglich</translation>
    </message>
    <message>
        <source>seven to fifteen seconds a photo on a processor, up to 3 GB of memory</source>
        <translation>sieben bis fünfzehn Sekunden je Foto auf einem Prozessor, bis zu 3 GB Arbeitsspeicher</translation>
    </message>
    <message>
        <source>Finer outlines, close to the largest; for a graphics card</source>
        <translation>Feinere Umrisse, fast wie das größte; für eine Grafikkarte</translation>
    </message>
    <message>
        <source>about three times the work of ViT-B a photo</source>
        <translation>je Foto etwa dreimal so viel Arbeit wie ViT-B</translation>
    </message>
    <message>
        <source>The largest, with the finest outlines; for a graphics card with much memory</source>
        <translation>Das größte, mit den feinsten Umrissen; für eine Grafikkarte mit viel Speicher</translation>
    </message>
    <message>
        <source>about six times the work of ViT-B a photo</source>
        <translation>je Foto etwa sechsmal so viel Arbeit wie ViT-B</translation>
    </message>
</context>
<context>
    <name>WeightsDialog</name>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Networks of the SAM family cut out anything, mostly more surely than what comes with the program. Nothing is downloaded unless you ask for it, and a download can be stopped and taken up again.</source>
        <translation>Netze der SAM-Familie schneiden alles aus, meist sicherer als das mitgelieferte. Heruntergeladen wird nur, was Sie verlangen, und ein Download lässt sich anhalten und fortsetzen.</translation>
    </message>
    <message>
        <source>Add a file from disk …</source>
        <translation>Datei von der Festplatte hinzufügen …</translation>
    </message>
    <message>
        <source>For files that you fetched elsewhere; they are recognised by their contents.</source>
        <translation>Für Dateien, die Sie anderswo geholt haben; sie werden an ihrem Inhalt erkannt.</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Cancel adding</source>
        <translation>Hinzufügen abbrechen</translation>
    </message>
    <message>
        <source>Adding the file, {words}</source>
        <translation>Datei wird hinzugefügt, {words}</translation>
    </message>
    <message>
        <source>Files are kept in {folder}</source>
        <translation>Die Dateien liegen in {folder}</translation>
    </message>
    <message>
        <source>Weights (*.pth *.pt *.bin);;All files (*)</source>
        <translation>Gewichte (*.pth *.pt *.bin);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Add a file with weights</source>
        <translation>Eine Datei mit Gewichten hinzufügen</translation>
    </message>
    <message>
        <source>Delete {path}? Getting it again means downloading {size}.</source>
        <translation>{path} löschen? Um sie wiederzubekommen, müssen {size} heruntergeladen werden.</translation>
    </message>
    <message>
        <source>Delete the {size} of {title} that have been downloaded so far?</source>
        <translation>Die bisher heruntergeladenen {size} von {title} löschen?</translation>
    </message>
    <message>
        <source>Remove {title}</source>
        <translation>{title} entfernen</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Click a dish. It is cut out and named.</source>
        <translation>Ein Klick auf ein Gericht: Es wird ausgeschnitten und benannt.</translation>
    </message>
    <message>
        <source>Drop photos or a folder here, or choose below. Nothing leaves this computer; labels are saved at once.</source>
        <translation>Ziehen Sie Fotos oder einen Ordner hierher, oder wählen Sie unten. Nichts verlässt diesen Computer; alles wird sofort gespeichert.</translation>
    </message>
    <message>
        <source>Open a folder of photos …</source>
        <translation>Ordner mit Fotos öffnen …</translation>
    </message>
    <message>
        <source>Open a project …</source>
        <translation>Projekt öffnen …</translation>
    </message>
    <message>
        <source>Try the sample meals</source>
        <translation>Beispielmahlzeiten ausprobieren</translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>no longer there</source>
        <translation>nicht mehr da</translation>
    </message>
    <message>
        <source>{name} in {folder}: no longer there</source>
        <translation>{name} in {folder}: nicht mehr da</translation>
    </message>
    <message>
        <source>Open the project {name} in {folder}</source>
        <translation>Projekt {name} in {folder} öffnen</translation>
    </message>
</context>
<context>
    <name>Worker</name>
    <message>
        <source>Something unexpected happened ({error}); your labels are safe. Help &gt; Report a problem has the details.</source>
        <translation>Etwas Unerwartetes ist geschehen ({error}); Ihre Namen und Masken sind sicher. Hilfe &gt; Problem melden hat die Einzelheiten.</translation>
    </message>
</context>
<context>
    <name>ZoomLabel</name>
    <message>
        <source>{share:.0%}</source>
        <translation>{share:.0%}</translation>
    </message>
    <message>
        <source>{share:.0%}, turned by {degrees}°</source>
        <translation>{share:.0%}, um {degrees}° gedreht</translation>
    </message>
    <message>
        <source>Size of the photo on the screen: {size}</source>
        <translation>Größe des Fotos auf dem Bildschirm: {size}</translation>
    </message>
</context>
</TS>
