using AutoSelect.Host.Control.Retention;

namespace AutoSelect.Host.Tests.Retention;

public sealed class RetentionPlanTests
{
    private static readonly DateTimeOffset Now = SampleJob.StartedAt;

    [Fact]
    public void What_is_older_than_it_is_kept_goes() => Assert.Equal(
        ["b"],
        Removed(
            "checkpoints: { olderThan: 30d }", Holding(Kept.Checkpoints, "a", days: 30), Holding(Kept.Checkpoints, "b", days: 30.1)));

    [Fact]
    public void Of_what_is_too_much_the_oldest_goes_until_the_rest_is_not() => Assert.Equal(
        ["c", "a"],
        Removed(
            "checkpoints: { moreThan: 10B }",
            Holding(Kept.Checkpoints, "a", days: 2, bytes: 5), Holding(Kept.Checkpoints, "b", days: 1, bytes: 9),
            Holding(Kept.Checkpoints, "c", days: 3, bytes: 5)));

    [Fact]
    public void What_no_limit_names_is_kept() => Assert.Empty(Removed(
        "logs: { olderThan: 1d }", Holding(Kept.Checkpoints, "a", days: 900), Holding(Kept.Weights, "a", days: 900),
        Holding(Kept.Jobs, "a", days: 900)));

    [Fact]
    public void What_goes_with_a_whole_job_is_not_named_again() => Assert.Equal(
        [(Kept.Jobs, "a"), (Kept.Checkpoints, "b")],
        Plan(
            "jobs: { olderThan: 10d }\ncheckpoints: { olderThan: 1d }",
            Holding(Kept.Jobs, "a", days: 11), Holding(Kept.Checkpoints, "a", days: 11),
            Holding(Kept.Jobs, "b", days: 5), Holding(Kept.Checkpoints, "b", days: 5)).Removals.Select(r => (r.Kind, r.Name)));

    [Fact]
    public void What_an_unfinished_job_reads_stays_and_is_told()
    {
        var plan = Plan("weights: { moreThan: 1B }",
            Holding(Kept.Weights, "a", days: 3, bytes: 5) with { UsedBy = "reader-1" }, Holding(Kept.Weights, "b", days: 1, bytes: 5));
        Assert.Equal(["b"], plan.Removals.Select(r => r.Name));
        Assert.Equal("the oldest of 10 B, of which 1 B are kept, but job reader-1 reads it", Assert.Single(plan.Spared).Reason);
    }

    [Fact]
    public void Reasons_say_the_age_and_the_limit() => Assert.Equal(
        "31.5 days old, and kept for 30",
        Assert.Single(Plan("jobs: { olderThan: 30d }", Holding(Kept.Jobs, "a", days: 31.5)).Removals).Reason);

    [Theory]
    [InlineData("", "names nothing")]
    [InlineData("checkpoint: { olderThan: 1d }", "'checkpoint' is no kind: it must be one of checkpoints, weights, jobs, logs")]
    [InlineData("jobs: { olderThan: 30 }", "jobs.olderThan is '30': it must be a duration")]
    [InlineData("jobs: { olderThan: 40000d }", "of at most 100 years")]
    [InlineData("jobs: { olderThan: -3d }", "jobs.olderThan is '-3d'")]
    [InlineData("jobs: { moreThan: lots }", "jobs.moreThan is 'lots': it must be a size")]
    [InlineData("jobs: { younger: 3d }", "'jobs.younger' is no limit: it must be olderThan or moreThan")]
    [InlineData("jobs:", "jobs has no limit")]
    [InlineData("jobs: {}", "jobs has no limit")]
    [InlineData("jobs: [1]", "cannot be read")]
    [InlineData("jobs: { olderThan: 1d }\njobs: { olderThan: 2d }", "cannot be read")]
    [InlineData("jobs: { olderThan", "cannot be read")]
    public void A_policy_that_breaks_a_rule_is_refused_with_it(string text, string rule) =>
        Assert.Contains(rule, Assert.Throws<ArgumentException>(() => RetentionPolicy.Parse(text)).Message);

    private static Holding Holding(Kept kind, string name, double days, long bytes = 100) => new(kind, name, Now.AddDays(-days), bytes);

    private static RetentionPlan Plan(string policy, params Holding[] found) =>
        RetentionPlan.Decide(RetentionPolicy.Parse(policy), found, Now);

    private static IEnumerable<string> Removed(string policy, params Holding[] found) => Plan(policy, found).Removals.Select(r => r.Name);
}
