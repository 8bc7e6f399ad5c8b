<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en">
<context>
    <name>CheckDialog</name>
    <message numerus="yes">
        <source>%Ln error(s)</source>
        <translation>
            <numerusform>%Ln error</numerusform>
            <numerusform>%Ln errors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln warning(s)</source>
        <translation>
            <numerusform>%Ln warning</numerusform>
            <numerusform>%Ln warnings</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln note(s)</source>
        <translation>
            <numerusform>%Ln note</numerusform>
            <numerusform>%Ln notes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln finding(s) repaired.</source>
        <translation>
            <numerusform>%Ln finding repaired.</numerusform>
            <numerusform>%Ln findings repaired.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Counted</name>
    <message numerus="yes">
        <source>%Ln item(s)</source>
        <translation>
            <numerusform>%Ln item</numerusform>
            <numerusform>%Ln items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln object(s)</source>
        <translation>
            <numerusform>%Ln object</numerusform>
            <numerusform>%Ln objects</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more object(s)</source>
        <translation>
            <numerusform>%Ln more object</numerusform>
            <numerusform>%Ln more objects</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more photo(s)</source>
        <translation>
            <numerusform>%Ln more photo</numerusform>
            <numerusform>%Ln more photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln class(es)</source>
        <translation>
            <numerusform>%Ln class</numerusform>
            <numerusform>%Ln classes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Enough</name>
    <message numerus="yes">
        <source>%Ln more class(es)</source>
        <translation>
            <numerusform>%Ln more class</numerusform>
            <numerusform>%Ln more classes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>InstantLearning</name>
    <message numerus="yes">
        <source>learnt from %Ln name(s)</source>
        <translation>
            <numerusform>learnt from %Ln name</numerusform>
            <numerusform>learnt from %Ln names</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message numerus="yes">
        <source>%Ln edit(s) could not be saved yet and would be lost if you quit now; better free some disk space first.</source>
        <translation>
            <numerusform>%Ln edit could not be saved yet and would be lost if you quit now; better free some disk space first.</numerusform>
            <numerusform>%Ln edits could not be saved yet and would be lost if you quit now; better free some disk space first.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NamingStrip</name>
    <message numerus="yes">
        <source>No network has looked at %Ln object(s) yet: no suggestions, no margin.</source>
        <translation>
            <numerusform>No network has looked at %Ln object yet: no suggestions, no margin.</numerusform>
            <numerusform>No network has looked at %Ln objects yet: no suggestions, no margin.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No suggestions for %Ln object(s). The network is untrained: it could only guess.</source>
        <translation>
            <numerusform>No suggestions for %Ln object. The network is untrained: it could only guess.</numerusform>
            <numerusform>No suggestions for %Ln objects. The network is untrained: it could only guess.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Proposals</name>
    <message numerus="yes">
        <source>Keep %Ln proposal(s)</source>
        <translation>
            <numerusform>Keep %Ln proposal</numerusform>
            <numerusform>Keep %Ln proposals</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SecondLooks</name>
    <message numerus="yes">
        <source>%Ln name(s) look wrong to the model.</source>
        <translation>
            <numerusform>%Ln name looks wrong to the model.</numerusform>
            <numerusform>%Ln names look wrong to the model.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message numerus="yes">
        <source>%Ln edit(s) not saved yet because the disk refuses; free some space, the program keeps trying.</source>
        <translation>
            <numerusform>%Ln edit not saved yet because the disk refuses; free some space, the program keeps trying.</numerusform>
            <numerusform>%Ln edits not saved yet because the disk refuses; free some space, the program keeps trying.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SuggestionsPanel</name>
    <message numerus="yes">
        <source>type to search %Ln name(s)</source>
        <translation>
            <numerusform>type to search %Ln name</numerusform>
            <numerusform>type to search %Ln names</numerusform>
        </translation>
    </message>
</context>
</TS>
