using System.Collections.Immutable;
using AutoSelect.Campaigns.Learning;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Running;
using AutoSelect.Campaigns.Spaces;
using AutoSelect.Contracts;
using static AutoSelect.Campaigns.Tests.Sample;

namespace AutoSelect.Campaigns.Tests.Running;

public sealed class PointLabelsTests
{
    [Fact]
    public void A_job_says_its_campaign_its_point_and_the_points_values()
    {
        var labels = Of(Begun(Spec).With(Proposed(0, "3"), Proposed(1, "7")), 1);
        Assert.Equal(
            [("campaign", "widths"), ("point", "2"), ("space.workload.options.hidden", "7")], labels.Select(l => (l.Key, l.Value)));
    }

    [Fact]
    public void In_a_campaign_that_learns_it_says_whether_it_is_an_original_and_which_baseline_it_has()
    {
        ImmutableArray<Candidate> arms = [Arm("nadamw"), Arm("kfac")];
        var (first, second) = (Arms.Key(arms[0]), Arms.Key(arms[1]));
        var record = Begun(Spec with { Learning = new() }).With(
            new ArmsFound(arms, first), Proposed(0, "3", Choice(true, first, second)), Proposed(1, "4", Choice(false, first)),
            new BaselinePromoted(first, second, 9, 0, 0.99), Proposed(2, "5", Choice(false, second, first)),
            Proposed(3, "5", Choice(true, first, second)));
        Assert.Equal(
            [("original", "nadamw-b128"), ("learned", "nadamw-b128"), ("learned", "kfac-b128"), ("original", "nadamw-b128")],
            Enumerable.Range(0, 4).Select(i => Of(record, i)).Select(l => (l[JobLabels.Learning], l[JobLabels.Baseline])));
        // A submission that is repeated later, after the next promotion, is the same one.
        var later = record.With(new BaselinePromoted(second, first, 9, 0, 0.99));
        Assert.Equal(Of(record, 2), Of(later, 2));
    }

    [Fact]
    public void What_exceeds_a_jobs_labels_is_left_out()
    {
        const string Labelled = Job + "\ntelemetry: { labels: { team: vision, night: \"1\" } }\n";
        var record = Begun(Spec with
        {
            Template = Labelled,
            Space = new CampaignSpace(
                [.. Enumerable.Range(0, 40).Select(i => new CampaignParameter { Key = $"p{i:00}", Choices = ["x"] })]),
        }).With(new PointProposed(0, [.. Enumerable.Repeat("x", 40)], Labelled, null));
        var labels = Of(record, 0);
        Assert.Equal(JobLabels.Most - 2, labels.Count);
        Assert.Contains("space.p27", labels.Keys);
        Assert.DoesNotContain("space.p28", labels.Keys);
    }

    [Fact]
    public void Names_and_texts_are_no_longer_than_labels_may_be_and_fit_into_one_line_together()
    {
        var (key, value) = (new string('k', 80) + "end", new string('v', 300) + "end");
        var record = Begun(Spec with
        {
            Space = new CampaignSpace([.. Enumerable.Range(0, 24).Select(i => new CampaignParameter { Key = key + i, Choices = [value] })]),
        }).With(new PointProposed(0, [.. Enumerable.Repeat(value, 24)], Job, null));
        var labels = Of(record, 0).RemoveRange([JobLabels.Campaign, JobLabels.Point]);
        Assert.All(labels, l =>
        {
            Assert.Equal((JobLabels.LongestName, JobLabels.LongestText), (l.Key.Length, l.Value.Length));
            Assert.StartsWith("space.…k", l.Key, StringComparison.Ordinal);
            Assert.EndsWith("end", l.Value, StringComparison.Ordinal);
        });
        Assert.InRange(labels.Sum(l => Uri.EscapeDataString(l.Key + l.Value).Length), 1, PointLabels.MostCharacters);
        Assert.Equal(11, labels.Count);
    }

    private static ImmutableSortedDictionary<string, string> Of(CampaignRecord record, int point) =>
        PointLabels.For(record, record.Points[point]);

    private static ProbeChoice Choice(bool isOriginal, params string[] arms) => new()
    {
        IsOriginal = isOriginal,
        Arms = [.. arms],
        Expected = arms[0],
        Chance = 1,
        Evidence = 0,
        Surprise = 0,
    };
}
