using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Machine;

/// <summary>What a campaign does next. Closed; the interpreter carries it out and asks again.</summary>
internal abstract record CampaignMove
{
    /// <summary>Nothing, until jobs are seen again or somebody asks for something.</summary>
    internal sealed record Wait : CampaignMove;

    /// <summary>Nothing more: it has ended or is paused.</summary>
    internal sealed record Rest : CampaignMove;

    /// <summary>Store events.</summary>
    internal sealed record Store(ImmutableArray<CampaignChange> Changes) : CampaignMove;

    /// <summary>Submit the job of a point under the point's own id, which may have been done before.</summary>
    internal sealed record Submit(CampaignPoint Point) : CampaignMove;

    /// <summary>Ask something of a point's job.</summary>
    internal sealed record Ask(CampaignPoint Point, JobRequestKind Kind, string Reason) : CampaignMove;

    /// <summary>Look up which candidates the template has, at a point.</summary>
    internal sealed record FindArms(string Text) : CampaignMove;
}
