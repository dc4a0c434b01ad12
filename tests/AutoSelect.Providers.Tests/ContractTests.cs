using AutoSelect.Contracts;
using static AutoSelect.Providers.Tests.Samples;

namespace AutoSelect.Providers.Tests;

/// <summary>What is refused when it is made, and with which words.</summary>
public sealed class ContractTests
{
    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("with-dash")]
    [InlineData("longer0than0sixteen")]
    public void ControlIdsAreShortWords(string id) => Assert.StartsWith(
        $"The control id '{id}' must be 1 to 16 lower-case letters and digits.",
        Assert.Throws<ArgumentException>(() => new ControlId(id)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a b")]
    [InlineData("$(id)")]
    [InlineData("")]
    public void RequestIdsAreShortWords(string id) => Assert.Throws<ArgumentException>(() => new BorrowLabel(Control, id));

    [Fact]
    public void ALabelIsReadBackFromItsText()
    {
        Assert.True(BorrowLabel.TryParse(Label("r1").ToString(), out var label));
        Assert.Equal(Label("r1"), label);
        Assert.Equal(new DeviceId("autoselect-c1-r1"), label.Device);
    }

    [Fact]
    public void ARequestTellsItsClass()
    {
        var label = new BorrowLabel(Control, ClassMark.NewRequest(Class("spare-a100")));
        Assert.True(ClassMark.Marks("spare-a100", label));
        Assert.False(ClassMark.Marks("spare-a10", label));
        Assert.NotEqual(label.Request, ClassMark.NewRequest(Class("spare-a100")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("autoselect-c1")]
    [InlineData("autoselect-c1-r1-x")]
    [InlineData("autoselect--r1")]
    [InlineData("other-c1-r1")]
    [InlineData("autoselect-c1-R1")]
    public void TheNamesOfOthersAreNoLabels(string? name) => Assert.False(BorrowLabel.TryParse(name, out _));

    [Theory]
    [InlineData("")]
    [InlineData("a_b")]
    [InlineData("-a")]
    [InlineData("a-")]
    public void ClassNamesAreLabelsEverywhere(string name) => Assert.Throws<ArgumentException>(() => Class(name));

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void PricesAreNumbersOfAtLeastZero(double price) => Assert.Contains(
        "The price of 'spare' must be a number of at least 0.",
        Assert.Throws<ArgumentOutOfRangeException>(() => Class(price: price)).Message, StringComparison.Ordinal);

    [Fact]
    public void TimesAndCountsAreChecked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Class(longest: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Class(startUp: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Class(usualWait: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Class(most: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BorrowingOptions { Most = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BorrowingOptions { IdleTime = TimeSpan.FromSeconds(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BorrowingOptions { LeastUse = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceRequest(Label("r1"), Class(), TimeSpan.Zero));
    }

    [Fact]
    public void ACommandIsFilledInWordByWord()
    {
        var request = new DeviceRequest(Label("r1"), Class(), TimeSpan.FromSeconds(90.5));
        Assert.Equal(
            ["serve", "--device", "autoselect-c1-r1", "cpu/spare", "90", "$(id); rm"],
            new DeviceCommand("serve", "--device", "{device}", "{kind}/{class}", "{seconds}", "$(id); rm").For(request));
    }

    [Fact]
    public void ACommandNeedsAProgramAndNoNullCharacters()
    {
        Assert.Throws<ArgumentException>(() => new DeviceCommand());
        Assert.Throws<ArgumentException>(() => new DeviceCommand(" "));
        Assert.Throws<ArgumentException>(() => new DeviceCommand("a", "b\0c"));
    }
}
