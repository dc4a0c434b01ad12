using AutoSelect.Planning.Inspections;
using AutoSelect.Planning.Previews;
using AutoSelect.Selection.History;

namespace AutoSelect.Planning.Tests.Previews;

public sealed class JobPreviewTests
{
    private const string Toy = "workload: toy-mlp\nbatchSizes: [64]\nepochs: 5\n";

    [Fact]
    public async Task Challengers_stand_in_the_order_in_which_they_would_be_tried_with_what_a_look_at_each_takes()
    {
        var preview = await Preview(
            Toy + "objective: { fastest_to: 0.9 }\ncandidates: [nadamw, { strategy: sgd, values: { interval: [5, 10] } }]");
        var race = preview.Race!;
        Assert.Equal(preview.Challengers.Length, race.Challengers.Length);
        Assert.All(race.Challengers.Zip(preview.Challengers), c =>
        {
            Assert.Equal(c.Second, preview.Spec.Candidates[int.Parse(c.First.Trial.Value[1..]) - 1].Name);
            Assert.InRange(c.First.ProbabilityOfBeatingBaseline, 0, 1);
            Assert.True(c.First.FirstStep > 0 && c.First.FirstSeconds > 0);
        });
        Assert.True(race.IsByHistory);
        Assert.InRange(race.BaselineProbability!.Value, 0, 1);
        Assert.True(race.ExpectedBorrowedSeconds <= race.MostBorrowedSeconds);
    }

    [Fact]
    public async Task On_one_device_only_those_are_foreseen_that_the_premium_pays_for()
    {
        var preview = await Preview(Toy + "objective: { fastest_to: 0.9 }\nprobe: { devices: 1, insurance: 0 }");
        Assert.Equal((0, 0.0), (preview.Race!.BorrowedDevices, preview.Race.MostBorrowedSeconds));
        Assert.Empty(preview.Challengers);
        var generous = await Preview(Toy + "objective: { fastest_to: 0.9 }\nprobe: { devices: 1, insurance: 1 }");
        Assert.True(generous.Race!.Challengers.Sum(c => c.FirstSeconds) <= generous.Race.PremiumSeconds);
    }

    [Fact]
    public async Task Without_a_target_no_order_is_claimed()
    {
        var preview = await Preview(Toy + "objective: { best_by: 30s }");
        Assert.Equal(
            (false, null, false), (preview.Race!.IsByHistory, preview.Race.BaselineProbability, preview.Standing.OrdersChallengers));
    }

    private static async Task<JobPreview> Preview(string text)
    {
        var planning = await new JobPlanner(new PlayedSource()).Plan(
            new JobText(text, "job.yaml", "/jobs"), new Progress<DataProgress>(), TestContext.Current.CancellationToken);
        return JobPreview.FromPlan(planning.Plan!, [], ShippedPrior.History);
    }
}
