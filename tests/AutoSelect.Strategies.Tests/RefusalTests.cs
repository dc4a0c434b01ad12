namespace AutoSelect.Strategies.Tests;

/// <summary>Every hyperparameter of the catalogue is refused outside the domain on which its update is defined.</summary>
public class RefusalTests
{
    public static TheoryData<string, string, double> Bad
    {
        get
        {
            var data = new TheoryData<string, string, double>();
            foreach (var strategy in Samples.All.Values)
                foreach (var hyperparameter in strategy.Description.Hyperparameters)
                    foreach (var value in new[] { double.NaN, -1 }) data.Add(strategy.Description.Name, hyperparameter.Name, value);
            return data;
        }
    }

    [Theory, MemberData(nameof(Bad))]
    public void A_value_outside_its_domain_is_refused_with_the_value_and_the_rule(string strategy, string hyperparameter, double value)
    {
        using var model = Samples.Network();

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Samples.All[strategy].Start(
            Samples.Task(Samples.All[strategy], model, Samples.CrossEntropy, hyperparameters: (hyperparameter, value))).Dispose());

        Assert.Contains($"{strategy}: '{hyperparameter}' is {value}; it must be ", error.Message);
    }
}
