// Reads the HTTP API once a second and shows it; nothing here that a client could not do.
'use strict';

const byId = id => document.getElementById(id);
const seconds = s => s === undefined ? '–' : s < .9995 ? Math.round(1000 * s) + ' ms'
  : s < 10 ? s.toFixed(1) + ' s' : s < 120 ? Math.round(s) + ' s'
  : s < 7200 ? Math.round(s / 60) + ' min' : Math.round(s / 3600) + ' h';
let shown = null;
let told = '';

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

async function read(path) {
  const answer = await fetch(path, {headers: {Accept: 'application/json'}});
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

function fill(body, rows, empty) {
  const focused = document.activeElement && document.activeElement.id;
  body.replaceChildren(...rows);
  if (focused && body.querySelector('#' + CSS.escape(focused))) byId(focused).focus();
  byId(empty).hidden = rows.length > 0;
  body.parentElement.hidden = rows.length === 0;
}

function agentRow(agent) {
  const row = element('tr');
  const busy = element('td');
  const bar = element('div', undefined, 'bar');
  const part = element('i');
  part.style.width = Math.min(100, 100 * (agent.running || 0) / agent.concurrency) + '%';
  bar.append(part);
  bar.title = `${agent.running || 0} of ${agent.concurrency}`;
  busy.append(bar);
  row.append(
    element('td', agent.agentId),
    element('td', agent.status || 'unknown', agent.status),
    element('td', agent.capabilities.join(', '), 'wide'),
    busy,
    element('td', agent.queued ?? '–', 'n'),
    element('td', seconds(agent.serviceTimeSeconds), 'n wide'),
    element('td', seconds(agent.estimatedWaitSeconds), 'n wide'));
  return row;
}

function taskRow(task) {
  const row = element('tr');
  const id = element('td');
  const code = element('code');
  code.append(element('span', task.taskId.slice(0, 8), 'wide'), '…' + task.taskId.slice(-6));
  id.append(code);
  id.title = task.taskId;
  const state = element('td', task.state, task.state);
  row.append(
    id, state,
    element('td', task.capability || '@' + task.agent),
    element('td', task.agentId || '–', 'wide'),
    element('td', `${task.attempts} of ${task.maxAttempts}`, 'n wide'),
    element('td', seconds(Math.max(0, (Date.now() - Date.parse(task.createdAt)) / 1000)), 'n'));
  row.id = task.taskId;
  row.tabIndex = 0;
  row.onclick = () => open(task.taskId);
  row.onkeydown = event => { if (event.key === 'Enter') open(task.taskId); };
  return row;
}

function open(taskId) {
  shown = taskId;
  told = '';
  byId('why-task').textContent = taskId;
  byId('decisions').replaceChildren();
  byId('why').hidden = false;
  why(taskId);
}

async function why(taskId) {
  let decisions;
  try {
    decisions = (await read(`/v1/tasks/${taskId}/decisions`)).decisions;
  } catch (e) {
    return; // The header tells of a node that is away.
  }
  const news = JSON.stringify(decisions);
  if (shown !== taskId || told === news) return;
  told = news;
  byId('decisions').replaceChildren(...decisions.map(decision => {
    const item = element('li');
    item.append(
      element('time', decision.at.slice(11, 23)),
      element('b', decision.kind),
      document.createTextNode(decision.agentId || ''),
      element('span', decision.reason));
    return item;
  }));
}

function close() {
  shown = null;
  byId('why').hidden = true;
}

async function refresh() {
  try {
    const [cluster, agents, tasks] = await Promise.all(
      [read('/v1/cluster'), read('/v1/agents?pageSize=50'), read('/v1/tasks?pageSize=30')]);
    const up = cluster.members.filter(member => member.status === 'up').length;
    byId('cluster').textContent = `${cluster.name} · ${up} of ${cluster.members.length} nodes up`;
    byId('cluster').className = '';
    const warnings = cluster.warnings || [];
    byId('warnings').replaceChildren(...warnings.map(warning => element('li', warning)));
    byId('warnings').hidden = warnings.length === 0;
    byId('more-agents').hidden = !agents.nextPageToken;
    fill(byId('agents'), agents.agents.map(agentRow), 'no-agents');
    fill(byId('tasks'), tasks.tasks.map(taskRow), 'no-tasks');
    if (shown) why(shown);
  } catch (e) {
    byId('cluster').textContent = 'This node does not answer; trying again.';
    byId('cluster').className = 'lost';
  }
  setTimeout(refresh, 1000);
}

byId('close').onclick = close;
document.onkeydown = event => { if (event.key === 'Escape') close(); };
refresh();
