namespace Mandate.Gateway.Tasks;

/// <summary>What a task token is for. A token of one kind answers nothing of another.</summary>
internal enum TaskKind : byte
{
    Workflow = 1,
    Query = 2,
    Activity = 3,
}
