namespace Mandate.Temporal.Common;

/// <summary>Which of several waiting tasks goes first. Children and activities inherit what they do not set.</summary>
/// <param name="PriorityKey">1 (first) upwards; null for the default.</param>
/// <param name="FairnessKey">Tasks of different keys share the queue fairly; at most 64 bytes.</param>
/// <param name="FairnessWeight">Share of this key, 0.001 to 1000; null for 1.</param>
public sealed record Priority(int? PriorityKey = null, string? FairnessKey = null, float? FairnessWeight = null)
{
    /// <summary>Nothing set.</summary>
    public static Priority Default { get; } = new();

    internal Protocol.Api.Common.V1.Priority ToProto() => new()
    {
        PriorityKey = PriorityKey ?? 0,
        FairnessKey = FairnessKey ?? "",
        FairnessWeight = FairnessWeight ?? 0,
    };

    internal static Priority FromProto(Protocol.Api.Common.V1.Priority? proto) => proto is null
        ? Default
        : new(
            proto.PriorityKey == 0 ? null : proto.PriorityKey,
            proto.FairnessKey.Length == 0 ? null : proto.FairnessKey,
            proto.FairnessWeight == 0 ? null : proto.FairnessWeight);
}
