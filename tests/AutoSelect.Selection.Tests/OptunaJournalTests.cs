using AutoSelect.Contracts;
using AutoSelect.Selection.Replay.Import;

namespace AutoSelect.Selection.Tests;

public sealed class OptunaJournalTests : IDisposable
{
    private const string Created = """{"op_code":0,"worker_id":"w","study_name":"tune","directions":[2]}""";
    private readonly string path = Path.GetTempFileName();

    [Fact]
    public void Operations_become_curves()
    {
        var curves = Import(
            Created,
            """{"op_code":2,"worker_id":"w","study_id":0,"user_attr":{"a":"NaN \" Infinity"}}""",
            Trial("2026-01-01T10:00:00.000000"),
            """{"op_code":5,"worker_id":"w","trial_id":0,"param_name":"optimizer","param_value_internal":1.0,"distribution":"{\"name\":"""
            + """ \"CategoricalDistribution\", \"attributes\": {\"choices\": [\"sgd\", \"adam\"]}}"}""",
            """{"op_code":5,"worker_id":"w","trial_id":0,"param_name":"lr","param_value_internal":0.01,"distribution":"{\"name\":"""
            + """ \"FloatDistribution\", \"attributes\": {\"step\": null, \"low\": 1e-05, \"high\": 0.1, \"log\": true}}"}""",
            """{"op_code":5,"worker_id":"w","trial_id":0,"param_name":"layers","param_value_internal":3.0,"distribution":"{\"name\":"""
            + """ \"IntDistribution\", \"attributes\": {\"log\": false, \"step\": 1, \"low\": 1, \"high\": 5}}"}""",
            Value(0, 4, "0.75"), Value(0, 0, "0.25"), Value(0, 1, "NaN"), Value(0, 2, "-Infinity"),
            Ended(0, 1, "2026-01-01T10:00:50.000000"),
            Value(0, 5, "1"),
            Trial("2026-01-01T10:00:00.000000"), Value(1, 1, "0.5"), Ended(1, 2, "2026-01-01T10:00:10.000000")).Curves;
        Assert.Equal(["0", "1"], curves.Select(c => c.Candidate));
        var curve = curves[0];
        Assert.Equal(("tune", "tune", "tune", "tune", Direction.Maximize, "Completed", 4.0),
            (curve.Problem, curve.Workload, curve.Family, curve.Algorithm, curve.Direction, curve.State, curve.StepHint));
        Assert.Equal([0L, 1, 2, 4], curve.Steps);
        Assert.Equal([0.25, null, null, 0.75], curve.Values);
        Assert.Equal([10.0, 20, 30, 50], curve.Seconds!.Value);
        Assert.Equal(("adam", 0.01, 3), (curve.Hyperparameters["optimizer"].GetString(), curve.Hyperparameters["lr"].GetDouble(),
            curve.Hyperparameters["layers"].GetInt32()));
        Assert.Equal(("Stopped", 4.0, 10.0), (curves[1].State, curves[1].StepHint, curves[1].Seconds!.Value[0]));
    }

    [Fact]
    public void The_algorithm_can_be_a_categorical_parameter()
    {
        string[] lines =
        [
            Created, Trial("2026-01-01T10:00:00"),
            """{"op_code":5,"worker_id":"w","trial_id":0,"param_name":"optimizer","param_value_internal":0,"distribution":"{\"name\":"""
            + """ \"CategoricalDistribution\", \"attributes\": {\"choices\": [\"sgd\", \"adam\"]}}"}""",
            Value(0, 1, "1"), Ended(0, 1, "2026-01-01T10:00:50"), Trial("2026-01-01T10:00:00"),
            Value(1, 1, "1"), Ended(1, 1, "2026-01-01T10:00:50"),
        ];
        var imported = Import(
            new OptunaReading { AlgorithmParameter = "optimizer", Metric = "accuracy", Target = 0.9, BudgetSeconds = 60 }, lines);
        var curve = Assert.Single(imported.Curves);
        Assert.Equal(("sgd", "accuracy", 0.9, 60.0), (curve.Algorithm, curve.Metric, curve.Target, curve.BudgetSeconds));
        var skipped = Assert.Single(imported.Skipped);
        Assert.EndsWith("trial 1", skipped.Source);
        Assert.Contains("no categorical parameter 'optimizer'", skipped.Reason);
    }

    [Fact]
    public void A_trial_made_from_another_brings_its_values_along()
    {
        var curve = Assert.Single(Import(Created,
            """{"op_code":4,"worker_id":"w","study_id":0"""
            + ""","datetime_start":"2026-01-01T10:00:00","datetime_complete":"2026-01-01T10:00:30","state":1,"value":0.5,"values":null"""
            + ""","distributions":{"momentum":"{\"name\": \"UniformDistribution\", \"attributes\": {\"low\": 0, \"high\": 1}}"}"""
            + ""","params":{"momentum":0.5},"user_attrs":{},"system_attrs":{},"intermediate_values":{"10":0.25,"2":0.5}}""").Curves);
        Assert.Equal([2L, 10], curve.Steps);
        Assert.Equal([6.0, 30], curve.Seconds!.Value);
        Assert.Equal(0.5, curve.Hyperparameters["momentum"].GetDouble());
    }

    [Fact]
    public void Studies_and_trials_are_counted_as_optuna_counts_them()
    {
        var curves = Import(
            """{"op_code":0,"worker_id":"w","study_name":"deleted","directions":[1]}""", Trial("2026-01-01T10:00:00"),
            """{"op_code":1,"worker_id":"w","study_id":0}""", Trial("2026-01-01T10:00:00"),
            Created, Created, Trial("2026-01-01T10:00:00", study: 1), Value(1, 1, "0.5"), Ended(1, 1, "2026-01-01T10:00:50")).Curves;
        Assert.Equal(("tune", "0"), (Assert.Single(curves).Problem, curves[0].Candidate));
    }

    [Fact]
    public void One_trial_without_times_leaves_the_study_without()
    {
        var imported = Import(Created, Trial("2026-01-01T10:00:00"), Value(0, 1, "1"), Ended(0, 1, "2026-01-01T10:00:50"),
            Trial("2026-01-01T10:00:00"), Value(1, 1, "1"), Ended(1, 1, "2026-01-01T10:00:00"));
        Assert.All(imported.Curves, c => Assert.Null(c.Seconds));
        Assert.Contains("no seconds: trial 1 ", Assert.Single(imported.Notices).Reason);
    }

    [Theory]
    [InlineData("state Running", """{"op_code":7,"worker_id":"w","trial_id":0,"step":1,"intermediate_value":1}""")]
    [InlineData(
        "0 intermediate values",
        """{"op_code":6,"worker_id":"w","trial_id":0,"state":3,"values":null,"datetime_complete":"2026-01-01T10:00:50"}""")]
    public void Trials_without_a_whole_curve_are_skipped_with_the_reason(string reason, string line)
    {
        var imported = Import(Created, Trial("2026-01-01T10:00:00"), line);
        Assert.Empty(imported.Curves);
        Assert.Contains(reason, Assert.Single(imported.Skipped).Reason);
    }

    [Theory]
    [InlineData("\\\"Categorical", "has no name")]
    [InlineData("{\\\"name\\\": \\\"NormalDistribution\\\"}", "'NormalDistribution' is none of Optuna's")]
    [InlineData("{\\\"name\\\": \\\"CategoricalDistribution\\\", \\\"attributes\\\": {\\\"choices\\\": [1]}}", "choice 7 of 1")]
    public void A_parameter_that_its_distribution_lacks_leaves_the_trial_out(string distribution, string reason)
    {
        var line =
            $$"""{"op_code":5,"worker_id":"w","trial_id":0,"param_name":"p","param_value_internal":7,"distribution":"{{distribution}}"}""";
        var skipped = Assert.Single(
            Import(Created, Trial("2026-01-01T10:00:00"), line, Value(0, 1, "1"), Ended(0, 1, "2026-01-01T10:00:50")).Skipped);
        Assert.Contains("parameter 'p'", skipped.Reason);
        Assert.Contains(reason, skipped.Reason.Replace("is no JSON", "has no name"));
    }

    [Fact]
    public void Several_objectives_have_no_curve()
    {
        var imported = Import("""{"op_code":0,"worker_id":"w","study_name":"two","directions":[1,2]}""");
        Assert.Contains("2 objectives", Assert.Single(imported.Skipped).Reason);
    }

    [Theory]
    [InlineData("{\"op_code\":12}", "op_code 12")]
    [InlineData("{\"study\":1}", "a line of a journal")]
    [InlineData("[]", "a line of a journal")]
    [InlineData("{\"op_code\":6,\"trial_id\":0,\"state\":9}", "state 9")]
    [InlineData("{\"op_", "no JSON")]
    public void A_broken_line_is_named_with_file_and_line(string line, string rule)
    {
        File.WriteAllLines(path, [Created, line, Created]);
        var error = Assert.Throws<InvalidDataException>(() => OptunaJournal.Read(path));
        Assert.Contains($"{path}(2)", error.Message);
        Assert.Contains(rule, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_last_line_that_is_being_written_is_left_out()
    {
        File.WriteAllText(path, Created + "\n{\"op_co");
        var storage = OptunaJournal.Read(path);
        Assert.Equal("tune", Assert.Single(storage.Studies).Name);
        Assert.Contains("(2)", Assert.Single(storage.Notices).Source);
    }

    public void Dispose() => File.Delete(path);

    private ImportedCurves Import(params string[] lines) => Import(new OptunaReading(), lines);

    private ImportedCurves Import(OptunaReading reading, string[] lines)
    {
        File.WriteAllLines(path, lines);
        return OptunaCurves.FromStudies(OptunaJournal.Read(path).Studies, path, reading);
    }

    private static string Trial(string start, int study = 0) =>
        $$"""{"op_code":4,"worker_id":"w","study_id":{{study}},"datetime_start":"{{start}}"}""";

    private static string Value(int trial, long step, string value) =>
        $$"""{"op_code":7,"worker_id":"w","trial_id":{{trial}},"step":{{step}},"intermediate_value":{{value}}}""";

    private static string Ended(int trial, int state, string time) =>
        $$"""{"op_code":6,"worker_id":"w","trial_id":{{trial}},"state":{{state}},"values":[0.5],"datetime_complete":"{{time}}"}""";
}
