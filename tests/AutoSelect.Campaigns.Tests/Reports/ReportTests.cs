using System.Globalization;
using AutoSelect.Campaigns.Learning;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Reports;
using AutoSelect.Campaigns.Spaces;
using AutoSelect.Selection.Forecasting;
using static AutoSelect.Campaigns.Tests.Sample;

namespace AutoSelect.Campaigns.Tests.Reports;

public sealed class ReportTests
{
    [Fact]
    public void A_parameter_that_decides_is_more_important_than_one_that_does_not()
    {
        var numbers = SeededNumbers.Named(1, "importance");
        CampaignParameter Axis(string key) => new() { Key = key, Minimum = 0, Maximum = 1 };
        var record = Begun(Spec with { Space = new CampaignSpace([Axis("idle"), Axis("strong"), Axis("weak")]), Jobs = 100 });
        for (var i = 0; i < 80; i++)
        {
            var x = Enumerable.Range(0, 3).Select(_ => numbers.Uniform()).ToArray();
            record = record.With(
                new PointProposed(i, [.. x.Select(v => v.ToString(CultureInfo.InvariantCulture))], "", null),
                new PointEnded(i, Result(10 + 10 * x[1] + 3 * x[2])));
        }
        var (parameters, rSquared) = ParameterImportance.Of(record);
        Assert.Equal(["strong", "weak", "idle"], parameters.Select(p => p.Key));
        Assert.True(rSquared > 0.7);
        Assert.True(Math.Abs(parameters[2].Drop) < 0.1);
        Assert.True(parameters[0].Drop > 3 * parameters[1].Drop);
    }

    [Fact]
    public void Of_few_points_nothing_is_said()
    {
        var record = Begun(Spec);
        for (var i = 0; i < 9; i++) record = record.With(Proposed(i, "3"), new PointEnded(i, Result(i)));
        Assert.Empty(ParameterImportance.Of(record).Parameters);
    }

    [Fact]
    public void The_course_of_learning_sets_learned_jobs_beside_the_templates()
    {
        var record = Begun(Spec with { Learning = new() });
        for (var i = 0; i < 8; i++)
        {
            var probe = new ProbeChoice
            {
                IsOriginal = i % 4 == 0,
                Arms = i % 4 == 0 ? ["a", "b", "c"] : ["a"],
                Expected = "a",
                Chance = 1,
                Evidence = 0,
                Surprise = 0,
            };
            record = record.With(Proposed(i, "3", probe), new PointEnded(i, Result(i, "a", i % 4 == 0 ? 40 : 10 + i, "a")));
        }
        var course = LearningCourse.Of(record, stretches: 2);
        Assert.Equal(2, course.Length);
        Assert.Equal(new LearningCourse(1, 4, 3, 12, 2, 1, 40, 0, 1), course[0]);
        Assert.Equal(new LearningCourse(5, 8, 3, 16, 6, 1, 40, 4, 1), course[1]);
        Assert.Empty(LearningCourse.Of(Begun(Spec)));
    }
}
