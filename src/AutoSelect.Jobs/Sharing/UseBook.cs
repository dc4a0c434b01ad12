using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Sharing;

/// <summary>Device time that accounts have used: with a half-life, for their shares, and in the periods of their quotas.</summary>
public sealed class UseBook
{
    private readonly Dictionary<Account, (double Decayed, double InPeriod)> seconds = [];

    /// <param name="uses">Hours that count: of <see cref="UseLimits.MostPeriodHours"/> at least.</param>
    /// <param name="now">The time.</param>
    /// <param name="halfLife">Above 0.</param>
    /// <param name="projects">Whose periods count.</param>
    public UseBook(IEnumerable<DeviceUse> uses, DateTimeOffset now, TimeSpan halfLife, ProjectBook projects)
    {
        foreach (var use in uses)
        {
            var age = Math.Max(0, (now - use.Hour).TotalHours);
            var decayed = use.Seconds * Math.Pow(2, -age / halfLife.TotalHours);
            foreach (var account in (Account[])[new(use.Project), new(use.Project, use.Owner)])
            {
                var known = seconds.GetValueOrDefault(account);
                // An hour that began within the period counts whole, one that began before not at all.
                var inPeriod = age < projects.Of(account).PeriodHours ? use.Seconds : 0;
                seconds[account] = (known.Decayed + decayed, known.InPeriod + inPeriod);
            }
        }
    }

    public static UseBook Empty { get; } = new([], default, TimeSpan.FromDays(1), ProjectBook.Empty);

    /// <summary>Seconds of devices, of which those of a half-life ago count half.</summary>
    public double Decayed(Account account) => seconds.GetValueOrDefault(account).Decayed;

    /// <summary>Device-hours in the period of the account's quota.</summary>
    public double HoursInPeriod(Account account) => seconds.GetValueOrDefault(account).InPeriod / 3600;
}
