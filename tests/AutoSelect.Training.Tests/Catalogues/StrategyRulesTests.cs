using AutoSelect.Contracts;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Training.Tests;

/// <summary>What the description of a strategy must keep to.</summary>
public sealed class StrategyRulesTests
{
    private static readonly StrategyDescription Good = new PlainSgd().Description;

    public static TheoryData<StrategyDescription, string> Bad => new()
    {
        { Good with { Name = "My_Sgd" }, "Name is 'My_Sgd': it must be up to 48 lower-case letters" },
        { Good with { Name = new string('a', 49) }, "Name is 'aaa" },
        { Good with { Name = null! }, "Name is ''" },
        { Good with { Summary = " " }, "Summary is ' ': it must say something." },
        { Good with { BaseBatchSize = 0 }, "BaseBatchSize is '0': it must be at least 1." },
        { Good with { WarmupFraction = double.NaN }, "WarmupFraction is 'NaN': it must be from 0 to 1." },
        { Good with { Capabilities = null! }, "Capabilities is null" },
        { Good with { Continuations = default }, "Continuations is null" },
        { Good with { Hyperparameters = default }, "Hyperparameters is null" },
        { With(h => h with { Name = "learning rate" }), "A hyperparameter is called 'learning rate'" },
        { With(h => h with { Name = "momentum" }), "Two hyperparameters are called 'momentum': names must be unique." },
        { With(h => h with { Default = 1e-5 }), "learningRate has default '1e-5': it must lie in its range, " },
        { With(h => h with { Maximum = double.PositiveInfinity }), "whose ends must be finite" },
        { With(h => h with { Minimum = 0, Scale = HyperparameterScale.Logarithmic }), "a logarithmic range must begin above 0" },
        { With(h => h with { Scale = HyperparameterScale.Integer }), "learningRate has default '0.05': it must be a whole number." },
        {
            Good with { Continuations = [new() { Kind = ContinuationKind.Exact, WarmStepsOver = "beta" }] },
            "Continuations or MatrixWork name 'beta': the strategy has no such hyperparameter."
        },
        {
            Good with { Capabilities = new() { MatrixWork = [new(MatrixWorkKind.Products, Interval: "every")] } },
            "Continuations or MatrixWork name 'every': the strategy has no such hyperparameter."
        },
    };

    [Fact]
    public void One_that_keeps_to_them_breaks_none() => Assert.Empty(StrategyRules.Broken(Good));

    [Theory, MemberData(nameof(Bad))]
    public void What_is_broken_is_told_with_value_and_rule(StrategyDescription description, string expected)
    {
        Assert.Contains(expected, string.Join(' ', StrategyRules.Broken(description)));
        var refused = Assert.Throws<ArgumentException>(() => new StrategyCatalogue([new Described(() => description)]));
        Assert.StartsWith($"Strategy {typeof(Described)}: ", refused.Message);
    }

    [Fact]
    public void One_that_has_none_or_throws_is_refused_by_its_type()
    {
        Assert.Equal($"Strategy {typeof(Described)} has no description.",
            Assert.Throws<ArgumentException>(() => new StrategyCatalogue([new Described(() => null!)])).Message);
        Assert.Equal($"Strategy {typeof(Described)} threw InvalidTimeZoneException: no zone",
            Assert.Throws<ArgumentException>(
                () => new StrategyCatalogue([new Described(() => throw new InvalidTimeZoneException("no zone"))])).Message);
    }

    private static StrategyDescription With(Func<HyperparameterDescription, HyperparameterDescription> change) =>
        Good with { Hyperparameters = [change(Good.Hyperparameters[0]), Good.Hyperparameters[1]] };

    private sealed class Described(Func<StrategyDescription> description) : TrainingStrategy
    {
        // For whoever takes all strategies of this assembly.
        public Described() : this(() => Good with { Name = "described" }) { }

        public override StrategyDescription Description => description();

        public override Stepper Start(TrainingTask task) => throw new NotSupportedException();
    }
}
