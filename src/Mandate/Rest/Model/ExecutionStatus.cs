using System.Text.Json.Serialization;

namespace Mandate.Rest.Model;

/// <summary>How an execution stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExecutionStatus>))]
internal enum ExecutionStatus
{
    [JsonStringEnumMemberName("unknown")]
    Unknown,
    [JsonStringEnumMemberName("running")]
    Running,
    [JsonStringEnumMemberName("completed")]
    Completed,
    [JsonStringEnumMemberName("failed")]
    Failed,
    [JsonStringEnumMemberName("canceled")]
    Canceled,
    [JsonStringEnumMemberName("terminated")]
    Terminated,
    [JsonStringEnumMemberName("continued-as-new")]
    ContinuedAsNew,
    [JsonStringEnumMemberName("timed-out")]
    TimedOut,
}
