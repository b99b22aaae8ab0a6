import { render } from 'preact';
import { App } from './app.js';
import './styles/base.css';
import './styles/lobby.css';
import './styles/call.css';
import { readUrlOptions } from './url-options.js';

window.parley = { room: null };
const root = document.getElementById('app');
if (root) render(<App options={readUrlOptions(new URL(location.href))} />, root);
