using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Grains.Tests;

public sealed class StandstillTests
{
    [Fact]
    public void Only_a_gap_between_two_looks_that_is_longer_than_the_least_is_a_standstill()
    {
        var time = new FakeTimeProvider();
        var standstill = new Standstill(time, TimeSpan.FromSeconds(2));

        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, standstill.Look());

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.FromSeconds(30), time.GetElapsedTime(0, standstill.Look()));
        Assert.Equal(0, standstill.Look());
    }
}
