using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Sharing;

/// <summary>
/// Who is served first: who has waited too long; else by priority; then whose project holds the smaller weighted
/// share of the devices now, then whose has used less device time, with a half-life as in Slurm's multifactor priority; then the same of
/// users; of one user's jobs the one that holds fewer, then by price and age.
/// </summary>
internal sealed class FairOrder(PoolFacts facts, SharingOptions options)
{
    private readonly Dictionary<JobId, int> places = facts.Demands.Select((d, i) => (d.Job, i)).ToDictionary(d => d.Job, d => d.i);

    /// <summary>The place of a demand while devices are held as they are; the least is first.</summary>
    public FairPlace PlaceOf(StatedDemand stated, Tally tally)
    {
        var (demand, lacks) = (stated.Demand, tally.Held(stated.Job) < stated.Demand.Least);
        var waited = lacks ? facts.Now - stated.Since : TimeSpan.Zero;
        var (project, user) = Account.Of(demand);
        var isOverdue = waited >= options.Overdue;
        return new FairPlace(
            isOverdue ? stated.Since : DateTimeOffset.MaxValue,
            -demand.Priority,
            tally.Share(project) / Weight(project), facts.Use.Decayed(project) / Weight(project),
            tally.Share(user) / Weight(user), facts.Use.Decayed(user) / Weight(user),
            tally.Held(stated.Job), -demand.Price, stated.Since, places[stated.Job]);
    }

    public double Weight(Account account) => facts.Projects.Of(account).Weight;
}

/// <summary>Compared from the first to the last.</summary>
internal readonly record struct FairPlace(
    DateTimeOffset Overdue, int Priority, double ProjectShare, double ProjectUse, double UserShare, double UserUse, int Held, double Price,
    DateTimeOffset Since, int Place) : IComparable<FairPlace>
{
    public int CompareTo(FairPlace other)
    {
        int order;
        if ((order = Overdue.CompareTo(other.Overdue)) != 0) return order;
        if ((order = Priority.CompareTo(other.Priority)) != 0) return order;
        if ((order = ProjectShare.CompareTo(other.ProjectShare)) != 0) return order;
        if ((order = ProjectUse.CompareTo(other.ProjectUse)) != 0) return order;
        if ((order = UserShare.CompareTo(other.UserShare)) != 0) return order;
        if ((order = UserUse.CompareTo(other.UserUse)) != 0) return order;
        if ((order = Held.CompareTo(other.Held)) != 0) return order;
        if ((order = Price.CompareTo(other.Price)) != 0) return order;
        return (order = Since.CompareTo(other.Since)) != 0 ? order : Place.CompareTo(other.Place);
    }
}
