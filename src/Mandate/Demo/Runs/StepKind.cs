using System.Text.Json.Serialization;

namespace Mandate.Demo.Runs;

/// <summary>What a step of a run is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepKind>))]
internal enum StepKind
{
    /// <summary>An activity.</summary>
    [JsonStringEnumMemberName("activity")]
    Activity,

    /// <summary>A durable timer.</summary>
    [JsonStringEnumMemberName("timer")]
    Timer,

    /// <summary>A child workflow.</summary>
    [JsonStringEnumMemberName("child")]
    Child,

    /// <summary>A signal that was received.</summary>
    [JsonStringEnumMemberName("signal")]
    Signal,
}
