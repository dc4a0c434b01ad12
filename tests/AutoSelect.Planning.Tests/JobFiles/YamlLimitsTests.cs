namespace AutoSelect.Planning.Tests.JobFiles;

/// <summary>Files that would cost their reader more than they look like.</summary>
public sealed class YamlLimitsTests
{
    private const string Job = "workload: toy-mlp\nobjective: { fastest_to: 0.9 }\nepochs: 5\n";

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public async Task Depth_does_not_end_the_process(char open, char close)
    {
        foreach (var depth in (int[])[40, 100_000])
        {
            var text = $"{Job}baseline: {new string(open, depth)}{new string(close, open == '[' ? depth : 0)}";
            var errors = (await Plan(text)).Errors;
            Assert.Equal(4, Assert.Single(errors).Line);
        }
        var unclosed = await Plan($"{Job}x: {new string('[', 100)}");
        Assert.Contains("more than 32 sections and lists within each other", unclosed.Errors[0].Message);
    }

    [Fact]
    public async Task Blocks_within_each_other_count_too()
    {
        var text = string.Concat(Enumerable.Range(0, 500).Select(i => $"{new string(' ', i)}a:\n"));
        Assert.Contains("more than 32", Assert.Single((await Plan(text)).Errors).Message);
    }

    [Fact]
    public async Task A_section_of_aliases_within_aliases_does_not_hang()
    {
        // Ten to the tenth of them, each to be looked at for a key.
        var text = "a0: &a0 [x]\n" + string.Concat(
            Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        Assert.Contains("'a0' is not a key", (await Plan(text)).Errors[0].Message);
        Assert.Contains("a key that is no single value", Assert.Single((await Plan(text + "? *a9\n: x\n")).Errors).Message);
        var many = string.Join(", ", Enumerable.Repeat("*a9", 11));
        Assert.Contains("more than 100 aliases", Assert.Single((await Plan($"{text}b: [{many}]\n")).Errors).Message);
    }

    [Fact]
    public async Task Lists_that_are_crossed_do_not_fill_the_memory()
    {
        var (rates, steps) = (Enumerable.Range(1, 20_000).Select(i => i / 20_000.0), Enumerable.Range(1, 100));
        var values = $"{{ learningRate: [{string.Join(", ", rates)}], interval: [{string.Join(", ", steps)}] }}";
        var crossed = $"{Job}modifiers: {{ microBatch: [{string.Join(", ", steps)}] }}\nbatchSizes: [{string.Join(", ", steps)}]\n";
        var errors = (await Plan($"{crossed}candidates: [ {{ strategy: sgd, values: {values} }} ]\n")).Errors;
        Assert.Contains(errors, e => e.Message.Contains("lists that are crossed may come to at most 10000 candidates"));
    }

    [Fact]
    public async Task Ten_thousand_candidates_are_the_most()
    {
        var sizes = string.Join(", ", Enumerable.Range(1, 5001));
        var errors = (await Plan($"{Job}candidates: [ sgd, nadamw ]\nbatchSizes: [{sizes}]\n")).Errors;
        var error = Assert.Single(errors);
        Assert.Equal(("candidates is '10002': lists that are crossed may come to at most 10000 candidates.", 4), (error.Message, error.Line));
    }

    [Theory]
    [InlineData("batchSizes: &b [64]\nseed: 3\n")]
    [InlineData("batchSizes: &b [64]\nprobe: { devices: &d 2 }\ncommit: { devices: *d }\n")]
    public async Task Anchors_and_aliases_of_a_decent_number_are_read(string more) => Assert.NotNull((await Plan(Job + more)).Plan);

    private static Task<JobPlanning> Plan(string text) =>
        new JobPlanner(new PlayedSource()).Plan(new JobText(text, "job.yaml", "/"), new Progress<Inspections.DataProgress>(), default);
}
