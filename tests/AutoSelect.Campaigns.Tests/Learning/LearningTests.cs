using System.Collections.Immutable;
using AutoSelect.Campaigns.Learning;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Samplers;
using AutoSelect.Contracts;
using static AutoSelect.Campaigns.Tests.Sample;

namespace AutoSelect.Campaigns.Tests.Learning;

public sealed class LearningTests
{
    private static readonly string[] All = [.. new[] { "nadamw", "sgd", "kfac", "soap" }.Select(s => Arms.Key(Arm(s)))];
    private static readonly (string Nadamw, string Sgd, string Kfac) Key = (All[0], All[1], All[2]);

    [Fact]
    public void What_all_runs_of_a_program_are_given_does_not_make_another_candidate()
    {
        var arguments = ImmutableSortedDictionary<string, string>.Empty.Add("lr", "0.1").Add("width", "64").Add("kind", "\"a\"");
        var candidate = Arm("program") with
        {
            Arguments = arguments,
            Hyperparameters = ImmutableSortedDictionary<string, double>.Empty.Add("lr", 0.1).Add("width", 64),
        };
        Assert.Equal("program b128 cosine lr=0.1 kind=\"a\"", Arms.Key(Arms.Own(Program("64"), candidate)));
        Assert.Equal("program b128 cosine lr=0.1 width=64 kind=\"a\"", Arms.Key(Arms.Own(Program("32"), candidate)));
    }

    private static JobSpec Program(string width) => new()
    {
        Name = "program",
        Workload = new WorkloadReference
        {
            Name = "program",
            Program = new ProgramReference
            {
                Command = ["sh"],
                Metric = "accuracy",
                Direction = Direction.Maximize,
                Arguments = ImmutableSortedDictionary<string, string>.Empty.Add("width", width),
            },
        },
        Objective = new Objective { Kind = ObjectiveKind.FastestTo, Metric = "accuracy", Direction = Direction.Maximize, Target = 0.9 },
        Candidates = [],
        Baseline = "",
        Seed = 1,
        TrainingExamples = 1,
    };

    [Fact]
    public void A_first_job_tries_all() => Assert.Equal(All, Probe(Campaign()).Arms);

    [Fact]
    public void The_probe_shrinks_as_one_wins_again_and_again()
    {
        var sizes = Enumerable.Range(1, 30).Where(n => n % 8 > 0)
            .Select(n => Probe(Campaign([.. Enumerable.Repeat(("5", Key.Kfac), n)])).Arms.Length).ToList();
        Assert.Equal(4, sizes[0]);
        Assert.Equal(2, sizes[^1]);
        Assert.Equal(sizes.OrderDescending(), sizes);
        var probe = Probe(Campaign([.. Enumerable.Repeat(("5", Key.Kfac), 29)]));
        Assert.Equal([Key.Nadamw, Key.Kfac], probe.Arms);
        // 29 jobs at the same place and a pseudo-job shared by four: 29.25 of 30.
        Assert.Equal((Key.Kfac, 0.975, 29.0), (probe.Expected, Math.Round(probe.Chance, 9), Math.Round(probe.Evidence, 9)));
    }

    [Fact]
    public void The_nearest_jobs_count_most()
    {
        (string, string)[] jobs = [.. Enumerable.Repeat(("1", Key.Sgd), 10), .. Enumerable.Repeat(("9", Key.Kfac), 10)];
        Assert.Equal(Key.Sgd, Probe(Campaign(jobs), "1").Expected);
        Assert.Equal(Key.Kfac, Probe(Campaign(jobs), "9").Expected);
        Assert.Equal(Key.Sgd, Probe(Campaign(jobs), "1").Arms[1]);
    }

    [Fact]
    public void A_region_that_surprises_is_probed_more_widely()
    {
        var expected = new ProbeChoice
        {
            IsOriginal = false,
            Arms = [Key.Kfac, Key.Sgd],
            Expected = Key.Kfac,
            Chance = 0.9,
            Evidence = 9,
            Surprise = 0,
        };
        var calm = Campaign([.. Enumerable.Repeat(("5", Key.Kfac), 30)]);
        var shaken = calm;
        for (var i = 30; i < 35; i++)
            shaken = shaken.With(Proposed(i, "5", expected), new PointEnded(i, Result(10, Key.Sgd, 10, Key.Kfac, Key.Sgd)));
        var probe = Probe(shaken with { Points = shaken.Points });
        Assert.True(Surprises.IsSurprising(shaken, shaken.Points[30]));
        Assert.False(Surprises.IsSurprising(shaken, shaken.Points[5]));
        Assert.True(probe.Surprise > 0);
        Assert.True(probe.Arms.Length > Probe(calm).Arms.Length);
    }

    [Fact]
    public void A_missed_target_or_a_result_far_beyond_those_around_it_surprises()
    {
        var known = Campaign([.. Enumerable.Range(0, 6).Select(_ => ("5", Key.Kfac))]);
        var probe = new ProbeChoice
        {
            IsOriginal = false,
            Arms = [Key.Kfac],
            Expected = Key.Kfac,
            Chance = 0.9,
            Evidence = 9,
            Surprise = 0,
        };
        bool IsSurprising(double? seconds)
        {
            var after = known.With(Proposed(6, "5", probe), new PointEnded(6, Result(seconds, Key.Kfac, 10, Key.Kfac)));
            return Surprises.IsSurprising(after, after.Points[6]);
        }
        // The five nearest took 10 s to 14 s.
        Assert.False(IsSurprising(18));
        Assert.True(IsSurprising(18.5));
        Assert.True(IsSurprising(null));
    }

    [Fact]
    public void Every_so_manieth_job_is_the_template_as_it_is()
    {
        var record = Campaign([.. Enumerable.Repeat(("5", Key.Kfac), 32)]);
        Assert.True(Probe(record) is { IsOriginal: true, Price: null });
        Assert.Equal(All, Probe(record).Arms);
        Assert.False(Probe(record.With(Proposed(32, "5"), new PointEnded(32, Result(10, Key.Kfac, 10, All)))).IsOriginal);
    }

    [Fact]
    public void A_borrowed_device_costs_the_more_the_surer_the_baseline_is_to_win()
    {
        Assert.Equal(0.08 + 0.92 * 0.625, Probe(Campaign(("5", Key.Nadamw))).Price!.Value, 9);
        var others = Campaign([.. Enumerable.Repeat(("5", Key.Kfac), 20)]).With(Proposed(20, "5"));
        var won = others.With(new BaselinePromoted(Key.Nadamw, Key.Kfac, 20, 0, 1));
        Assert.InRange(Probe(others).Price!.Value, 0.08, 0.11);
        Assert.InRange(Probe(won).Price!.Value, 0.95, 1);
        Assert.Null(Probe(won with { Spec = won.Spec with { Learning = new LearningRule(Price: 0.05) } }).Price);
    }

    [Theory]
    [InlineData(0, 0, 0.5)]
    [InlineData(5, 0, 0.984375)]
    [InlineData(3, 1, 0.8125)]
    [InlineData(1, 3, 0.1875)]
    [InlineData(2000, 10, 1)]
    [InlineData(1500, 1500, 0.5)]
    public void A_challengers_chance_to_be_better_is_that_of_a_beta(int wins, int losses, double chance) =>
        Assert.Equal(chance, Promotion.BetterThanHalf(wins, losses), 8);

    [Fact]
    public void A_challenger_that_has_proved_itself_becomes_the_baseline()
    {
        var four = Campaign([.. Enumerable.Repeat(("5", Key.Kfac), 4)]);
        Assert.Null(Promotion.Due(four));
        var promoted = Promotion.Due(Campaign([.. Enumerable.Repeat(("5", Key.Kfac), 5)]))!;
        Assert.Equal((Key.Nadamw, Key.Kfac, 5, 0), (promoted.From, promoted.To, promoted.Wins, promoted.Losses));
        // Two of seven lost: 0.855.
        (string, string)[] mixed = [.. Enumerable.Repeat(("5", Key.Kfac), 5), ("5", Key.Nadamw), ("5", Key.Nadamw)];
        Assert.Null(Promotion.Due(Campaign(mixed)));
        var after = Campaign([.. Enumerable.Repeat(("5", Key.Kfac), 20)]).With(promoted);
        Assert.Null(Promotion.Due(after));
        Assert.Equal([Key.Kfac], Probe(after with { Points = after.Points.RemoveAt(19) }).Arms);
    }

    private static ProbeChoice Probe(CampaignRecord record, string at = "5") =>
        ProbeChoices.For(record, record.Spec.Space.SharesOf([at]), price: 0.08);

    /// <summary>Jobs at places with their winners, of 10 s, 11 s and so on, round and round in five.</summary>
    private static CampaignRecord Campaign(params (string At, string Winner)[] jobs)
    {
        var spec = Spec with { Learning = new LearningRule(), Search = SearchKind.Random, Jobs = 1000 };
        var record = Begun(spec).With(new ArmsFound([Arm("nadamw"), Arm("sgd"), Arm("kfac"), Arm("soap")], Key.Nadamw));
        foreach (var ((at, winner), i) in jobs.Select((j, i) => (j, i)))
            record = record.With(Proposed(i, at), new PointEnded(i, Result(10 + i % 5, winner, 10, All)));
        return record;
    }
}
