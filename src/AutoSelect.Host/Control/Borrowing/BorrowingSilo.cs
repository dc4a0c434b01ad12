using AutoSelect.Contracts;
using AutoSelect.Grains;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace AutoSelect.Host.Control.Borrowing;

/// <summary>Adds borrowing to a silo.</summary>
internal static class BorrowingSilo
{
    /// <param name="silo">Which.</param>
    /// <param name="parts">What it borrows with; null for a silo that borrows nothing.</param>
    public static void Add(ISiloBuilder silo, BorrowingParts? parts)
    {
        if (parts is null)
        {
            // So that the one borrower of a cluster is never activated where there are no settings.
            silo.Services.PostConfigure<GrainTypeOptions>(types => types.Classes.Remove(typeof(BorrowerGrain)));
            return;
        }
        silo.Services.AddSingleton(parts).AddSingleton<BorrowerRounds>().AddHostedService<BorrowerWaker>();
        silo.Services.AddSingleton(services => new DeviceLending
        {
            Origin = parts.Settings.Origin,
            Look = () => services.GetRequiredService<IGrainFactory>().GetGrain<IBorrowerGrain>(IBorrowerGrain.Key).Look().Ignore(),
        });
    }
}
