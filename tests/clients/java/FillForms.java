import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.actions.setgeopoint.SetGeopointAction;
import org.javarosa.core.model.actions.setgeopoint.SetGeopointActionHandler;
import org.javarosa.core.model.data.DateData;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.SelectMultiData;
import org.javarosa.core.model.data.SelectOneData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.FormInstance;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceFactory;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.services.PrototypeManager;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.parse.XFormParser;

/**
 * Fills forms with given answers by the engine of ODK Collect and tells what the engine makes of them.
 *
 * Each folder named on the command line holds form.xml, its lists as CSV and fills.tsv, a fill a line: cells of
 * "code=answer", escaped as Java would. It gets results.tsv, a line each: whether the form may be finalised, what is
 * asked, what is wrong, and the instance as it would be sent.
 */
public final class FillForms {
    private static final String PLACE = "-7.7543 113.2159 12.5 8.4";

    private FillForms() {}

    public static void main(String[] folders) throws Exception {
        new JavaRosaCoreModule().registerModule();
        new XFormsModule().registerModule();
        XFormParser.registerActionHandler(SetGeopointActionHandler.ELEMENT_NAME, new Places());
        PrototypeManager.registerPrototype(Place.class.getName());
        for (String folder : folders) {
            fillAll(Path.of(folder));
        }
    }

    private static void fillAll(Path folder) throws Exception {
        Lists lists = new Lists(folder);
        ReferenceManager.instance().addReferenceFactory(lists);
        FormDef form = new XFormParser(new StringReader(Files.readString(folder.resolve("form.xml")))).parse();
        FormInstance blank = form.getMainInstance().clone();
        List<String> results = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("fills.tsv"))) {
            form.setInstance(blank.clone());
            form.initialize(true, new InstanceInitializationFactory());
            results.add(fill(form, line));
        }
        Files.write(folder.resolve("results.tsv"), results);
        ReferenceManager.instance().removeReferenceFactory(lists);
    }

    private static String fill(FormDef form, String line) throws IOException {
        FormEntryController controller = new FormEntryController(new FormEntryModel(form));
        FormEntryModel model = controller.getModel();
        List<FormIndex> questions = new ArrayList<>();
        FormIndex index = model.incrementIndex(FormIndex.createBeginningOfFormIndex());
        for (; !index.isEndOfFormIndex(); index = model.incrementIndex(index)) {
            if (model.getEvent(index) == FormEntryController.EVENT_QUESTION) {
                questions.add(index);
            }
        }
        for (String cell : line.split("\t")) {
            int cut = cell.indexOf('=');
            String path = cell.substring(0, cut);
            answer(controller, form, find(questions, path), cell.substring(cut + 1).translateEscapes());
        }
        // On reaching the end of the form Collect checks it all and then writes what it computes at the end.
        boolean isAccepted = form.validate() == null;
        List<String> asked = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (FormIndex question : questions) {
            TreeReference place = question.getReference();
            TreeElement node = form.getMainInstance().resolveReference(place);
            if (!node.isRelevant()) {
                continue;
            }
            asked.add(name(place));
            boolean isMissing = node.isRequired() && node.getValue() == null;
            if (isMissing || node.getValue() != null && !form.evaluateConstraint(place, node.getValue())) {
                wrong.add(name(place));
            }
        }
        controller.finalizeFormEntry();
        byte[] sent = new XFormSerializingVisitor().serializeInstance(form.getMainInstance());
        String text = new String(sent, StandardCharsets.UTF_8);
        String verdict = isAccepted ? "accepted" : "refused";
        return String.join("\t", verdict, String.join(" ", asked), String.join(" ", wrong), escaped(text));
    }

    private static void answer(FormEntryController controller, FormDef form, FormIndex question, String text) {
        FormEntryPrompt prompt = new FormEntryPrompt(form, question);
        IAnswerData answer;
        switch (prompt.getControlType()) {
            case Constants.CONTROL_SELECT_ONE:
                answer = new SelectOneData(choice(prompt, text));
                break;
            case Constants.CONTROL_SELECT_MULTI:
                List<Selection> chosen = new ArrayList<>();
                for (String code : text.split(" ")) {
                    chosen.add(choice(prompt, code));
                }
                answer = new SelectMultiData(chosen);
                break;
            default:
                answer = prompt.getDataType() == Constants.DATATYPE_DATE
                    ? new DateData(java.sql.Date.valueOf(LocalDate.parse(text)))
                    : new StringData(text);
        }
        form.setValue(answer, question.getReference(), true);
    }

    private static Selection choice(FormEntryPrompt prompt, String code) {
        for (SelectChoice choice : prompt.getSelectChoices()) {
            if (choice.getValue().equals(code)) {
                return choice.selection();
            }
        }
        throw new IllegalArgumentException("no choice " + code + " in " + prompt.getQuestion().getBind().getReference());
    }

    private static FormIndex find(List<FormIndex> questions, String path) {
        for (FormIndex question : questions) {
            if (name(question.getReference()).equals(path)) {
                return question;
            }
        }
        throw new IllegalArgumentException("no question " + path);
    }

    /** "visit/business", and of an answer its code alone, in whatever part it stands. */
    private static String name(TreeReference place) {
        String path = place.toString(false).substring("/data/".length());
        return path.startsWith("answers/") ? path.substring(path.lastIndexOf('/') + 1) : path;
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n");
    }

    /** Where the telephone is, as Collect finds out in the background. */
    private static final class Places extends SetGeopointActionHandler {
        @Override
        public SetGeopointAction getSetGeopointAction() {
            return new Place();
        }
    }

    public static final class Place extends SetGeopointAction {
        @Override
        public void requestLocationUpdates() {
            saveLocationValue(PLACE);
        }
    }

    /** The lists beside the form: jr://file-csv/NAME. */
    private static final class Lists implements ReferenceFactory {
        private final Path folder;

        Lists(Path folder) {
            this.folder = folder;
        }

        @Override
        public boolean derives(String address) {
            return address.startsWith("jr://file-csv/");
        }

        @Override
        public Reference derive(String address) {
            return new ListFile(folder.resolve(address.substring("jr://file-csv/".length())));
        }

        @Override
        public Reference derive(String address, String context) {
            return derive(address);
        }
    }

    private static final class ListFile implements Reference {
        private final Path path;

        ListFile(Path path) {
            this.path = path;
        }

        @Override
        public boolean doesBinaryExist() {
            return Files.exists(path);
        }

        @Override
        public InputStream getStream() throws IOException {
            return new ByteArrayInputStream(Files.readAllBytes(path));
        }

        @Override
        public String getURI() {
            return path.toString();
        }

        @Override
        public String getLocalURI() {
            return path.toString();
        }

        @Override
        public boolean isReadOnly() {
            return true;
        }

        @Override
        public OutputStream getOutputStream() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void remove() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Reference[] probeAlternativeReferences() {
            return new Reference[0];
        }
    }
}
