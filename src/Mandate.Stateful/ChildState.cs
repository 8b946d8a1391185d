using System.Text.Json.Serialization;

namespace Mandate.Stateful;

/// <summary>How far a child is. One that has ended is forgotten.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChildState>))]
public enum ChildState
{
    /// <summary>Its start was asked for and is not confirmed.</summary>
    [JsonStringEnumMemberName("starting")]
    Starting,

    /// <summary>It runs.</summary>
    [JsonStringEnumMemberName("running")]
    Running,
}
