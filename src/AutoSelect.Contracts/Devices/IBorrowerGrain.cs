using Orleans.Concurrency;

namespace AutoSelect.Contracts;

/// <summary>
/// Borrows devices for the whole cluster, on one silo at a time: its activation is what makes it the only one. When its silo is lost the
/// next call activates it elsewhere, where it finds everything again in the schedulers. One grain, key "borrower".
/// </summary>
[Alias("autoselect.IBorrowerGrain")]
public interface IBorrowerGrain : IGrainWithStringKey
{
    /// <summary>Key of the only instance.</summary>
    const string Key = "borrower";

    /// <summary>A hint: what jobs lack may have changed, or a borrowed device fell silent. It looks soon.</summary>
    [OneWay, Alias("Look")] Task Look();

    /// <summary>What it borrows, as it last saw it.</summary>
    [Alias("Status")] Task<BorrowingStatus> Status();
}
