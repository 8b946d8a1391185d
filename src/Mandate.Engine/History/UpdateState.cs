using Mandate.Protocol.Api.Update.V1;

namespace Mandate.Engine.History;

/// <summary>An update the workflow has accepted.</summary>
internal sealed class UpdateState(long acceptedId, Request? request)
{
    public long AcceptedId { get; } = acceptedId;

    public Request? Request { get; } = request;

    /// <summary>Set once the update has completed.</summary>
    public Outcome? Outcome { get; set; }
}
